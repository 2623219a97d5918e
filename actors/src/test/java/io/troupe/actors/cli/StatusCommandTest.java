package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
final class StatusCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static List<String> lines(RunFixture run, Optional<JsonNode> status) throws Exception {
    RunHistory history = RunCatalogue.of(run.directory).runs().get(0);
    Instant now = RunFixture.START.plus(Duration.ofMinutes(20));
    return new StatusTable(ZoneOffset.UTC, now)
        .render(history, history.summary(status), status)
        .lines()
        .toList();
  }

  @Test
  void aFinishedRunIsToldFromItsFiles() throws Exception {
    RunFixture run =
        RunFixture.of(folder.resolve("r"), "training.steps=200")
            .started()
            .steps(1, 200)
            .scored(100, "\"fid\":21.5,\"is\":3.25")
            .scored(200, "\"fid\":23.25,\"is\":4.5")
            .stopped(200);
    Files.write(
        Files.createDirectories(run.directory.checkpoints()).resolve("step-000000200.ckpt"),
        new byte[1500]);

    assertThat(lines(run, Optional.empty()))
        .contains(
            "run         %s, preset demo".formatted(run.directory.root()),
            "state       finished: All 200 steps are done.",
            "step        200 of 200 (100.0 %)",
            "speed       32.00 images/s, 1.000 s a step",
            "time        3 min in training",
            "score       fid 23.25 of step 200, best 21.50 of step 100; lower is better",
            "score       is 4.500 of step 200, best 4.500 of step 200; higher is better",
            "checkpoints 1, 1.5 kB, the newest of step 200",
            "started     2026-01-02 03:00",
            "last event  2026-01-02 03:03, 17 min ago")
        .anyMatch(
            line -> line.matches("losses      discriminator 1.007, generator 0.50.* 100 steps\\)"))
        .hasSize(11);
  }

  @Test
  void aLivingRunIsToldByItsDaemonToo() throws Exception {
    RunFixture run = RunFixture.of(folder.resolve("r"), "training.steps=200");
    try (RunLock lock = RunLock.tryLock(run.directory).orElseThrow()) {
      assertThat(lock).isNotNull();
      Files.writeString(run.directory.url(), "http://127.0.0.1:4711\n");
      run.started().steps(1, 20);
      JsonNode status =
          JSON.readTree(
              """
              {"version":"1.2","state":"running","step":25,"steps":200,"epoch":2,"batch":32,"micro_batch":8,
               "images_per_second":43.21,"evaluation_share":0.42,"rollbacks":3,"failure":null,
               "device_memory":{"device":"cuda:1","free_bytes":12582912,"planned_bytes":3145728,
                                "kept_bytes":2097152,"crossed_bytes":1048576},
               "troubles":[{"helper":"journal","since":"2026-01-02T03:04:06Z","failures":4,
                            "cause":"disk full"}]}""");

      assertThat(lines(run, Optional.of(status)))
          .contains(
              "state       running, evaluating (42 %)",
              "daemon      process %d, http://127.0.0.1:4711, version 1.2"
                  .formatted(ProcessHandle.current().pid()),
              "step        25 of 200 (12.5 %), epoch 2",
              "batch       32, in micro-batches of 8",
              "device      cuda:1: 12 MiB free, 3 MiB planned, 2 MiB kept, 1 MiB crossed",
              "rollbacks   3",
              "degraded    journal fails since 2026-01-02 03:04, 4 times: disk full")
          .anyMatch(line -> line.startsWith("speed       43.21 images/s"))
          .anyMatch(line -> line.matches("time .* left, done at 20.*"));
    }
  }

  @Test
  void theExitCodeTellsOfFailedAndOfLostRuns() throws Exception {
    RunFixture failed =
        RunFixture.of(folder.resolve("failed"))
            .started()
            .steps(1, 3)
            .failed(3, "losses were not finite");
    RunFixture gone = RunFixture.of(folder.resolve("gone")).started().steps(1, 3);
    RunFixture stopped = RunFixture.of(folder.resolve("stopped")).started().steps(1, 3).stopped(3);

    Cli one = Cli.run("status", failed.directory.root().toString());
    assertThat(one.code()).isEqualTo(3);
    assertThat(one.out()).contains("state       failed: losses were not finite");
    Cli two = Cli.run("status", "--run-dir", gone.directory.root().toString());
    assertThat(two.code()).isEqualTo(3);
    assertThat(two.out()).contains("state       gone: ", "goes on from step 0");
    Cli three = Cli.run("status", stopped.directory.root().toString());
    assertThat(three.code()).as(three.err()).isZero();
    assertThat(three.out()).contains("state       stopped: ", "after step 3");
  }

  @Test
  void programsGetTheSummaryAndTheDaemonsStatus() throws Exception {
    RunFixture run =
        RunFixture.of(folder.resolve("r"), "training.steps=3").started().steps(1, 3).stopped(3);

    Cli result = Cli.run("status", run.directory.root().toString(), "--json");

    assertThat(result.code()).isZero();
    JsonNode json = JSON.readTree(result.out());
    assertThat(json.path("state").asText()).isEqualTo("finished");
    assertThat(json.path("step").asLong()).isEqualTo(3);
    assertThat(json.path("seconds_per_step").asDouble()).isEqualTo(1);
    assertThat(json.has("status")).isTrue();
    assertThat(json.path("status").isNull()).isTrue();
  }

  @Test
  void aFolderThatIsNoRunIsSaidToBeNone() throws Exception {
    Path runs = folder.resolve("runs");
    RunFixture.of(runs.resolve("a"));
    RunFixture.of(runs.resolve("sweep/b"));
    Path nothing = Files.createDirectory(folder.resolve("nothing"));

    assertThat(Cli.run("status", runs.toString()).err())
        .isEqualTo(
            "troupe: %s is no run, but a folder of runs; name one of a, sweep/b%n".formatted(runs));
    Cli result = Cli.run("status", nothing.toString());
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("holds no run");
    assertThat(Cli.run("status", "a", "--run-dir", "b").err())
        .contains("RUN is a and --run-dir is b; leave one out");
    assertThat(Cli.run("status", "a", "--all").err()).contains("--all is about all runs");
  }
}
