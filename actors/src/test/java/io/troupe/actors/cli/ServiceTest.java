package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.SmallStates;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a supervisor does after each end of 'train': scripts/troupe.service and exit codes. */
@Tag("process")
class ServiceTest {
  private static final Path SCRIPTS = Path.of("../scripts").toAbsolutePath().normalize();
  private static final RunSettings SETTINGS = SmallStates.settings(4);

  @TempDir private Path folder;

  /** Exit code and the screens of a 'train' in a process of its own. */
  private record Ended(int code, String text) {}

  private Ended train(String... arguments) throws Exception {
    Path screen = folder.resolve("screen");
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "--plain",
                "--port",
                "0",
                "--run-dir",
                folder.resolve("run").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(screen.toFile()))
            .start();
    return new Ended(process.waitFor(), Files.readString(screen, UTF_8));
  }

  private void makeRun(long step) throws Exception {
    RunDirectory run = new RunDirectory(Files.createDirectories(folder.resolve("run")));
    Files.writeString(run.config(), SettingsLoader.render(SETTINGS));
    try (GanTraining training =
            new GanTraining(SETTINGS, ImageSpec.rgb(32, 20), CompiledGraph::compile);
        TrainingState state = new TrainingState(training)) {
      state.copyFrom(training, step);
      state.average().assign(training.generator().values().floats());
      new CheckpointStore(run.checkpoints(), "demo", SETTINGS.seed()).save(state);
    }
  }

  /** The service's settings, each with its values. */
  private static Map<String, List<String>> service() throws IOException {
    return Files.readAllLines(SCRIPTS.resolve("troupe.service")).stream()
        .filter(line -> line.matches("[A-Z].*=.*"))
        .map(line -> line.split("=", 2))
        .collect(
            Collectors.toMap(pair -> pair[0], pair -> Arrays.asList(pair[1].trim().split(" +"))));
  }

  /** Whether systemd starts it again: on-failure, as systemd.service(5) says. */
  private static boolean isRestarted(int code) throws IOException {
    Map<String, List<String>> service = service();
    assertThat(service.get("Restart")).containsExactly("on-failure");
    Set<String> clean = service.get("SuccessExitStatus").stream().collect(Collectors.toSet());
    return code != 0
        && !clean.contains("" + code)
        && !service.get("RestartPreventExitStatus").contains("" + code);
  }

  @Test
  void aCompleteRunIsNotStartedAgain() throws Exception {
    makeRun(12);
    // It makes the grid of the last step.
    assertThat(train("--steps", "12").code()).isZero();
    Ended ended = train("--steps", "12");
    List<String> lines = ended.text().lines().toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).endsWith("the networks are being prepared");
    assertThat(lines.get(1))
        .startsWith("troupe: the run in " + folder.resolve("run"))
        .contains("is complete at step 12; give more --steps to go on");
    assertThat(isRestarted(ended.code())).isFalse();
  }

  @Test
  void badSettingsAreNotTriedAgainAndAFailureIs() throws Exception {
    Ended bad = train("--steps", "0");
    assertThat(bad.text()).contains("training.steps");
    assertThat(isRestarted(bad.code())).isFalse();
    makeRun(12);
    Files.writeString(
        folder.resolve("run").resolve("checkpoints").resolve("step-000000012.ckpt"), "damaged");
    Ended failed = train("--steps", "20");
    assertThat(failed.text()).contains("cannot resume the run in ");
    assertThat(isRestarted(failed.code())).isTrue();
  }

  @Test
  void systemdTakesTheService() throws Exception {
    Path verifier = Path.of("/usr/bin/systemd-analyze");
    assumeTrue(Files.isExecutable(verifier), "there is no systemd-analyze");
    // It looks for the program; here it is where the checkout is.
    Path unit = folder.resolve("troupe.service");
    Files.writeString(
        unit,
        Files.readString(SCRIPTS.resolve("troupe.service"))
            .replace("/opt/troupe", SCRIPTS.getParent().toString()));
    Process process =
        new ProcessBuilder(verifier.toString(), "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(said.lines().filter(line -> line.contains("troupe.service"))).isEmpty();
    assertThat(process.waitFor()).as(said).isZero();
  }
}
