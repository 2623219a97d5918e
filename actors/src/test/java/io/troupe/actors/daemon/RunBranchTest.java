package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.http.Json;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New runs from a checkpoint of a real one, and a real one in the studio. */
@Tag("process")
class RunBranchTest {
  @TempDir private static Path folder;
  private static RunDirectory first;

  @TempDir private Path target;

  @BeforeAll
  static void run() throws Exception {
    first = new RunDirectory(folder.resolve("first"));
    assertThat(
            TrainingRun.start(
                    TinyRun.settings("checkpoints.every=6", "checkpoints.keep=5"), first.root())
                .await()
                .failed())
        .isFalse();
  }

  private static Path checkpoint(long step) {
    return first.checkpoints().resolve("step-%09d.ckpt".formatted(step));
  }

  @Test
  void goesOnAsTheOtherOneDidAndKnowsItsHistory() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("deeper/second"));
    RunBranch branch = RunBranch.from(checkpoint(6));
    RunSettings settings = SettingsLoader.loadRun(branch.config(), List.of(), List.of());

    assertThat(branch.make(run, settings)).isEqualTo(6);

    List<JsonNode> events = TinyRun.events(run.root());
    assertThat(events.get(0).path("event").asText()).isEqualTo("started");
    assertThat(events)
        .extracting(event -> event.path("step").asLong())
        .allMatch(
            step ->
                step <= 6
                    || events.get(events.size() - 2).path("event").asText().equals("checkpoint"));
    assertThat(TinyRun.events(run.root(), "step")).hasSize(6);
    JsonNode last = events.get(events.size() - 1);
    assertThat(last.path("event").asText()).isEqualTo("branched");
    assertThat(last.path("step").asLong()).isEqualTo(6);
    assertThat(last.path("from_run").asText()).isEqualTo(first.root().toString());
    assertThat(last.path("sha256").asText()).isEqualTo(TinyRun.sha256(first.root(), 6));

    assertThat(TrainingRun.start(settings, run.root()).await().failed()).isFalse();
    assertThat(TinyRun.sha256(run.root(), 12)).isEqualTo(TinyRun.sha256(first.root(), 12));
    assertThat(TinyRun.events(run.root(), "resumed")).hasSize(1);
    assertThat(TinyRun.events(run.root(), "step")).hasSize(12);
  }

  /**
   * A name of somebody's file in Latin-1, half a line of a crash, and events that came while the
   * file was written.
   */
  @Test
  void theHistoryIsThatOfTheOtherOneByteForByte() throws Exception {
    RunDirectory copy = new RunDirectory(target.resolve("copy"));
    Files.createDirectories(copy.checkpoints());
    Files.copy(first.config(), copy.config());
    Path checkpoint = Files.copy(checkpoint(6), copy.checkpoints().resolve("step-000000006.ckpt"));
    String before =
        """
        {"event":"started","step":0}
        {"event":"dataset","step":0,"note":"f\u00fcr.png"}
        {"event":"st
        {"event":"checkpoint","step":3,"of_step":3}
        {"event":"step","step":6}
        """;
    String meanwhile = "{\"event\":\"step\",\"step\":7}\n";
    String saved = "{\"event\":\"checkpoint\",\"step\":7,\"of_step\":6}\n";
    String after = "{\"event\":\"step\",\"step\":8}\n";
    Files.writeString(
        copy.events(), before + meanwhile + saved + after, StandardCharsets.ISO_8859_1);
    RunDirectory run = new RunDirectory(target.resolve("branched"));

    RunBranch.from(checkpoint)
        .make(run, SettingsLoader.loadRun(copy.config(), List.of(), List.of()));

    assertThat(Files.readString(run.events(), StandardCharsets.ISO_8859_1))
        .startsWith(before + saved + "{\"time\":")
        .contains("\"branched\"")
        .endsWith("}\n");
  }

  @Test
  void changesThatOnlyCheckpointsTellAreKnown() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("changed"));
    String before = "training.generator.learning-rate=1e-3";
    String after = "training.generator.learning-rate=2e-3";
    TrainingRun.start(
            TinyRun.settings("training.steps=2", "checkpoints.keep=5", before), run.root())
        .await();
    TrainingRun.start(TinyRun.settings("training.steps=4", "checkpoints.keep=5", after), run.root())
        .await();
    SettingsHistory history = SettingsLoader.loadHistory(run.config());
    assertThat(history.changes()).hasSize(1);
    Files.writeString(run.config(), SettingsLoader.render(history.newest()));

    for (long step : new long[] {2, 4}) {
      RunDirectory made = new RunDirectory(target.resolve("from" + step));
      RunBranch.from(run.checkpoints().resolve("step-%09d.ckpt".formatted(step)))
          .make(made, history.newest());

      assertThat(SettingsLoader.render(SettingsLoader.loadHistory(made.config())))
          .isEqualTo(SettingsLoader.render(history.until(step)));
    }
  }

  @Test
  void otherNetworksAreRefusedAndNothingIsLeft() throws Exception {
    RunBranch branch = RunBranch.from(checkpoint(6));
    RunSettings wider =
        SettingsLoader.loadRun(branch.config(), List.of(), List.of("network.generator-channels=8"));
    assertThatThrownBy(() -> branch.make(new RunDirectory(target.resolve("wide")), wider))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("network.generator-channels cannot change");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void nothingIsOverwrittenAndADamagedCheckpointLeavesNothing() throws Exception {
    RunSettings settings = SettingsLoader.loadRun(first.config(), List.of(), List.of());
    Path there = Files.createDirectories(target.resolve("there"));
    assertThatThrownBy(() -> RunBranch.from(checkpoint(6)).make(new RunDirectory(there), settings))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("already");

    RunDirectory copy = new RunDirectory(target.resolve("copy"));
    Files.createDirectories(copy.checkpoints());
    Files.copy(first.config(), copy.config());
    byte[] bytes = Files.readAllBytes(checkpoint(6));
    bytes[bytes.length / 2] ^= 1;
    Path damaged = Files.write(copy.checkpoints().resolve("step-000000006.ckpt"), bytes);
    assertThatThrownBy(
            () -> RunBranch.from(damaged).make(new RunDirectory(target.resolve("new")), settings))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("cannot go on from it");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left).containsExactlyInAnyOrder(there, copy.root());
    }
  }

  @Test
  void aFileThatIsOfNoRunIsRefused() throws Exception {
    Path alone = Files.copy(checkpoint(6), target.resolve("step-000000006.ckpt"));
    assertThatThrownBy(() -> RunBranch.from(alone))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("config.conf");
    assertThatThrownBy(() -> RunBranch.from(target))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("there is no checkpoint file");
  }

  @Test
  void aLivingRunIsSteeredFromTheStudio() throws Exception {
    TrainingRun run =
        TrainingRun.start(
            TinyRun.settings("training.steps=1000000"), target.resolve("runs/living"));
    try (Studio studio =
        Studio.start(
            new RunSettings.Control("127.0.0.1", 0, Optional.empty()),
            Optional.empty(),
            target.resolve("runs"),
            new Jobs(Optional.empty()))) {
      String living = studio.address() + "/api/v1/runs/living";
      while (json("GET", living, "").path("step").asLong() < 2) {
        Thread.sleep(20);
      }
      assertThat(json("GET", living, "").path("state").asText()).isEqualTo("running");
      long step = json("POST", living + "/pause", "").path("step").asLong();
      JsonNode paused = json("GET", living, "");
      assertThat(paused.path("state").asText()).isEqualTo("paused");
      assertThat(paused.path("step").asLong()).isEqualTo(step);
      assertThat(paused.path("status").path("finishes_at").isNull()).isTrue();
      assertThat(paused.path("status").path("remaining_seconds").asDouble()).isPositive();
      assertThat(json("POST", living + "/sample", "{\"count\": 2}").path("file").asText())
          .endsWith("-2.png");
      assertThat(json("GET", living + "/company", "").path("actors").findValuesAsText("name"))
          .contains("trainer");
      json("PATCH", living + "/settings", "{\"journal.every\": 5}");
      json("POST", living + "/stop", "");
      assertThat(run.await().failed()).isFalse();
      JsonNode stopped = json("GET", living, "");
      assertThat(stopped.path("state").asText()).isEqualTo("stopped");
      assertThat(stopped.path("alive").asBoolean()).isFalse();
    }
  }

  private static JsonNode json(String method, String url, String body) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.mapper().readTree(response.body());
  }
}
