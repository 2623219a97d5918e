package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.run.RunDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says and which code it ends with, however the program under it ends. */
@Tag("process")
class LauncherTest {
  private static final Path SCRIPT = Path.of("../scripts/lib/crash.sh").toAbsolutePath();
  private static final String JAVA = ProcessHandle.current().info().command().orElseThrow();

  @TempDir Path folder;
  private Path run;
  private Optional<Process> launcher = Optional.empty();
  private long program;

  /** A program that says that it is there and waits for its end. */
  static final class Waiting {
    private Waiting() {}

    /** Leaves its process id in the folder that is named. */
    public static void main(String[] arguments) throws IOException {
      long pid = ProcessHandle.current().pid();
      Files.writeString(Path.of(arguments[0], "daemon.pid"), pid + "\n");
      System.out.println(pid);
      System.exit(System.in.read() < 0 ? 1 : 7);
    }
  }

  @BeforeEach
  void makeRun() throws IOException {
    run = Files.createDirectories(folder.resolve("a run, 100%"));
    Files.createDirectories(run.resolve("checkpoints"));
    for (String name : List.of("step-000000900.ckpt", "step-000001200.ckpt", "step-9.ckpt.tmp")) {
      Files.createFile(run.resolve("checkpoints").resolve(name));
    }
    Files.writeString(run.resolve("daemon.crash"), "of the time before");
  }

  @AfterEach
  void endProcesses() {
    launcher.ifPresent(Process::destroyForcibly);
    ProcessHandle.of(program).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void aCrashIsSaidWithItsReportAndTheStepToGoOnFrom() throws Exception {
    start();
    signal(program, "SEGV");
    // 134 if the JVM may leave a core file.
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(1);
    Path report = run.resolve("hs_err_pid%d.log".formatted(program));
    String sentence =
        "process %d crashed in native code (exit code 1); the report is %s; the same command goes on"
                .formatted(program, report)
            + " from step 1200";
    assertThat(errors()).isEqualTo("troupe: " + sentence);
    assertThat(Files.readString(report)).contains("SIGSEGV");
    assertThatThrownBy(() -> ControlClient.of(new RunDirectory(run), Optional.empty()))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("no daemon is running")
        .hasMessageContaining(sentence);
  }

  @Test
  void anAbortLeavesNoReport() throws Exception {
    start();
    signal(program, "ABRT");
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(134);
    assertThat(errors())
        .contains("crashed in native code (exit code 134); there is no report")
        .contains("goes on from step 1200");
  }

  @Test
  void aKilledProgramIsSaidToo() throws Exception {
    start();
    signal(program, "KILL");
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(137);
    assertThat(errors())
        .contains("was killed (exit code 137)")
        .contains("there is no report")
        .contains("goes on from step 1200");
  }

  @Test
  void signalsReachTheProgram() throws Exception {
    start();
    signal(launcher.orElseThrow().pid(), "TERM");
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(143);
    assertThat(ProcessHandle.of(program).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(errors()).isEmpty();
  }

  @Test
  void anInterruptReachesTheProgram() throws Exception {
    Process ignoring =
        new ProcessBuilder("sh", "-c", "kill -INT $$; exit 3").redirectErrorStream(true).start();
    assumeThat(ignoring.waitFor())
        .as("3 is that interrupts are ignored here, as in what 'nohup scripts/test &' starts")
        .isNotEqualTo(3);
    start();
    signal(launcher.orElseThrow().pid(), "INT");
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(130);
    assertThat(ProcessHandle.of(program).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(errors()).isEmpty();
  }

  @Test
  void anOrdinaryEndIsPassedOn() throws Exception {
    start();
    launcher.orElseThrow().getOutputStream().write(1);
    launcher.orElseThrow().getOutputStream().flush();
    assertThat(launcher.orElseThrow().waitFor()).isEqualTo(7);
    assertThat(errors()).isEmpty();
    assertThat(run.resolve("daemon.crash")).doesNotExist();
  }

  @Test
  void hintsNameTheLauncherAsItWasCalled() throws Exception {
    Path lib = Path.of("../scripts/lib/name.sh").toAbsolutePath();
    Path launcher = Files.createDirectories(folder.resolve("my bin")).resolve("troupe");
    Files.writeString(launcher, "#!/bin/sh\nset -eu\n. '%s'\ntroupe_name \"$0\"\n".formatted(lib));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();

    assertThat(output("'my bin/troupe'")).isEqualTo("my bin/troupe");
    assertThat(output("cd 'my bin'; ./troupe")).isEqualTo("./troupe");
    assertThat(output("PATH=\"$PWD/my bin:$PATH\" troupe")).isEqualTo("troupe");
  }

  private String output(String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-euc", script)
            .directory(folder.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }

  @Test
  void theRunDirectoryIsThatOfTheCommand() throws Exception {
    assertThat(runDirectory("train")).isEqualTo("runs/demo");
    assertThat(runDirectory("train", "--preset", "dcgan-celeba")).isEqualTo("runs/dcgan-celeba");
    assertThat(runDirectory("train", "--preset=x", "--run-dir=a b", "--quiet")).isEqualTo("a b");
    assertThat(runDirectory("train", "--run-dir", "r", "--set", "a=b")).isEqualTo("r");

    Path config = folder.resolve("runs/sweep/a/config.conf");
    Files.createDirectories(config.getParent());
    Files.createFile(config);
    assertThat(runDirectory("train", "--run-dir", "sweep/a")).isEqualTo("runs/sweep/a");
    assertThat(runDirectory("train", "--run-dir", "./sweep/a")).isEqualTo("./sweep/a");
    Files.createDirectories(folder.resolve("sweep/a"));
    assertThat(runDirectory("train", "--run-dir", "sweep/a")).isEqualTo("sweep/a");
  }

  private void start() throws IOException {
    String report = "-XX:ErrorFile=" + run.toString().replace("%", "%%") + "/hs_err_pid%p.log";
    List<String> command = new ArrayList<>(shell("troupe_watch \"$@\"", run.toString(), JAVA));
    command.addAll(List.of(report, "-XX:-CreateCoredumpOnCrash", "-Xmx32m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Waiting.class.getName(), run.toString()));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    launcher = Optional.of(process);
    program =
        Long.parseLong(
            new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine());
  }

  private static List<String> shell(String script, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of("sh", "-euc", ". '%s'; %s".formatted(SCRIPT, script), "troupe"));
    command.addAll(List.of(arguments));
    return command;
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors")).strip();
  }

  private static void signal(long pid, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, "" + pid).start().waitFor()).isZero();
  }

  private String runDirectory(String... arguments) throws Exception {
    Process process =
        new ProcessBuilder(shell("troupe_run_directory \"$@\"", arguments))
            .directory(folder.toFile())
            .redirectError(Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
