package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.TinyRun;
import io.troupe.actors.cli.Cli;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line from end to end: a daemon in a process of its own, and commands to it. */
@Tag("process")
class DaemonProcessTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void answersCommandsWhileItTrains() throws Exception {
    Path directory = folder.resolve("run");
    Process daemon = train(directory, "training.steps=1000000", "evaluation.images=100");
    await(daemon, directory, () -> hasStep(directory, 1));
    await(daemon, directory, () -> status(directory).get("step").asLong() >= 2);
    assertThat(status(directory).get("state").asText()).isEqualTo("running");
    JsonNode paused = troupe("pause", directory);
    JsonNode status = status(directory);
    assertThat(status.get("state").asText()).isEqualTo("paused");
    assertThat(status.get("step").asLong()).isEqualTo(paused.get("step").asLong());
    JsonNode checkpoint = troupe("checkpoint", directory);
    assertThat(Path.of(checkpoint.get("file").asText())).isNotEmptyFile();
    assertThat(checkpoint.get("step").asLong()).isEqualTo(paused.get("step").asLong());
    assertThat(Path.of(troupe("sample", directory).get("file").asText())).isNotEmptyFile();
    Path pictures = folder.resolve("pictures");
    String[] sample = {"sample", "--raw", "--count=3", "--out=" + pictures};
    assertThat(Cli.run(ArrayUtils.addAll(sample, "--run-dir=" + directory)).code()).isZero();
    assertThat(pictures.resolve("000002.png")).isNotEmptyFile();
    troupe("resume", directory);
    String[] evaluate = {"evaluate", "--wait", "--json", "--run-dir=" + directory};
    assertThat(ownProcess(evaluate).exitValue()).isZero();
    JsonNode scores = JSON.readTree(read(folder.resolve("command.txt"))).get("scores");
    assertThat(scores.get("fd_cifar").asDouble()).isPositive();
    assertTrainingWentOnDuringTheEvaluation(directory);
    assertThat(ownProcess("train", "--run-dir", directory.toString()).exitValue()).isEqualTo(1);

    assertThat(ownProcess("stop", "--run-dir", directory.toString()).exitValue()).isZero();
    assertThat(daemon.waitFor()).isZero();
    long last = TinyRun.events(directory, "stopped").get(0).get("step").asLong();
    assertThat(TinyRun.sha256(directory, last)).hasSize(64);
    Cli ended = Cli.run("status", "--run-dir", directory.toString());
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("state       stopped: ", "step        " + last + " of ");
  }

  @Test
  void killedAndResumedGivesTheSameBits() throws Exception {
    Path killed = folder.resolve("killed");
    Process first = train(killed, "training.steps=1000000", "checkpoints.every=5");
    await(first, killed, () -> hasStep(killed, 8));
    first.destroyForcibly().waitFor();
    assertThat(first.exitValue()).as("killed by SIGKILL").isEqualTo(137);

    List<String> changes = List.of("training.steps=12");
    TrainingRun second =
        TrainingRun.start(
            SettingsLoader.loadRun(new RunDirectory(killed).config(), List.of(), changes), killed);
    assertThat(second.await().failed()).isFalse();
    assertThat(TinyRun.events(killed, "resumed").get(0).get("step").asLong() % 5).isZero();

    Path whole = folder.resolve("whole");
    TrainingRun.start(TinyRun.settings("training.steps=12"), whole).await();
    assertThat(TinyRun.sha256(killed, 12)).isEqualTo(TinyRun.sha256(whole, 12));
  }

  @Test
  void killedAfterAChangeOfSettingsItRepeatsThatAtTheSameStep() throws Exception {
    String change = "training.discriminator.learning-rate";
    Path killed = folder.resolve("changed");
    Process first = train(killed, "training.steps=1000000");
    await(first, killed, () -> hasStep(killed, 2));
    ControlClient client = ControlClient.of(new RunDirectory(killed), Optional.empty());
    client.command("pause", PATIENCE);
    JsonNode answer =
        client.changeSettings(JSON.readTree("{\"%s\": 0.01}".formatted(change)), PATIENCE);
    long from = answer.get("changed").get(0).get("from_step").asLong();
    assertThat(from).isEqualTo(answer.get("step").asLong() + 1);
    client.command("resume", PATIENCE);
    await(first, killed, () -> hasStep(killed, from + 2));
    first.destroyForcibly().waitFor();
    assertThat(first.exitValue()).as("killed by SIGKILL").isEqualTo(137);

    long last = from + 5;
    String steps = "training.steps=" + last;
    List<String> changes = List.of(steps);
    TrainingRun second =
        TrainingRun.start(
            SettingsLoader.loadRun(new RunDirectory(killed).config(), List.of(), changes), killed);
    assertThat(second.await().failed()).isFalse();
    // Both from the checkpoint of step 0, the second over the change.
    assertThat(TinyRun.events(killed, "started")).hasSize(2);
    assertThat(TinyRun.events(killed, "segment").get(0).get("from_step").asLong()).isEqualTo(from);

    Path whole = folder.resolve("started-again");
    TrainingRun.start(TinyRun.settings("training.steps=" + (from - 1)), whole).await();
    TrainingRun.start(TinyRun.settings(steps, change + "=0.01"), whole).await();
    assertThat(TinyRun.sha256(killed, last)).isEqualTo(TinyRun.sha256(whole, last));
  }

  @Test
  void terminatedSavesTheLastStep() throws Exception {
    Path directory = folder.resolve("terminated");
    Process daemon = train(directory, "training.steps=1000000");
    await(daemon, directory, () -> hasStep(directory, 3));
    daemon.destroy();
    daemon.waitFor();
    JsonNode stopped = TinyRun.events(directory, "stopped").get(0);
    assertThat(TinyRun.sha256(directory, stopped.get("step").asLong())).hasSize(64);
  }

  /** A pipe in place of the journal holds the start up. */
  @Test
  void aSignalEndsAStartWithAWord() throws Exception {
    Path directory = Files.createDirectories(folder.resolve("begun"));
    Path pipe = new RunDirectory(directory).events();
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    List<String> arguments =
        new ArrayList<>(List.of("train", "--plain", "--run-dir", directory.toString()));
    TinyRun.OVERRIDES.forEach(override -> arguments.addAll(List.of("--set", override)));
    Process daemon = launch(arguments, folder.resolve("begun.out"));
    await(daemon, directory, () -> Files.exists(new RunDirectory(directory).url()));
    daemon.destroy();
    assertThat(daemon.waitFor()).isEqualTo(143);
    assertThat(read(folder.resolve("begun.out")))
        .endsWith("stopped     while the run was being started; the same command goes on\n");
    assertThat(new RunDirectory(directory).log()).content().contains("a signal ended the start");
  }

  private static void assertTrainingWentOnDuringTheEvaluation(Path directory) {
    List<String> names =
        TinyRun.events(directory).stream().map(e -> e.get("event").asText()).toList();
    int start = names.lastIndexOf("evaluation-started");
    int end = names.lastIndexOf("evaluation-finished");
    assertThat(names.subList(start, end)).contains("step");
  }

  private static boolean hasStep(Path directory, long step) {
    return Files.exists(new RunDirectory(directory).events())
        && TinyRun.events(directory, "step").stream()
            .anyMatch(event -> event.get("step").asLong() >= step);
  }

  private JsonNode status(Path directory) {
    return troupe("status", directory);
  }

  private JsonNode troupe(String command, Path directory) {
    Cli result = Cli.run(command, "--run-dir", directory.toString(), "--json");
    assertThat(result.code()).as(result.err()).isZero();
    try {
      return JSON.readTree(result.out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process ownProcess(String... arguments) throws IOException, InterruptedException {
    Process process = launch(List.of(arguments), folder.resolve("command.txt"));
    process.waitFor();
    return process;
  }

  /** Settings are read before the folder is known, and some of those who read them have loggers. */
  @Test
  void theLogIsInTheRunsFolderWhateverIsGiven() throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    Path run = Files.createDirectories(folder.resolve("logged"));
    Process daemon =
        ownProcess("train", "--data", pictures.toString(), "--run-dir", run.toString());
    assertThat(daemon.exitValue()).isEqualTo(1);
    assertThat(run.resolve("daemon.log"))
        .content()
        .contains("there are no pictures in this folder");
    assertThat(read(folder.resolve("command.txt")))
        .startsWith("troupe: " + pictures)
        .hasLineCount(1);
  }

  private Process train(Path directory, String... overrides) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("train", "--quiet", "--run-dir", directory.toString()));
    for (String override : TinyRun.OVERRIDES) {
      arguments.addAll(List.of("--set", override));
    }
    for (String override : overrides) {
      arguments.addAll(List.of("--set", override));
    }
    return launch(arguments, folder.resolve(directory.getFileName() + ".out"));
  }

  private Process launch(List<String> arguments, Path output) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.troupe.actors.cli.Main"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    processes.add(process);
    return process;
  }

  private void await(Process daemon, Path directory, BooleanSupplier condition)
      throws InterruptedException, IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      Path output = folder.resolve(directory.getFileName() + ".out");
      assertThat(daemon.isAlive()).as(() -> "the daemon ended: " + read(output)).isTrue();
      assertThat(Instant.now()).as("still waiting").isBefore(deadline);
      daemon.waitFor(200, TimeUnit.MILLISECONDS);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
