package io.troupe.extending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.TinyRun;
import io.troupe.actors.listening.RunListener;
import io.troupe.config.Catalogue;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A part of each kind that no module knows, as docs/extending.md describes them: the program finds
 * them in a catalogue on its class path. In processes of their own, so that other tests do not see
 * them.
 */
@Tag("process")
class ExtendingTest {
  @TempDir Path folder;

  @BeforeEach
  void nameTheCatalogue() throws IOException {
    Path services = Files.createDirectories(folder.resolve("added/META-INF/services"));
    Files.writeString(services.resolve(Catalogue.class.getName()), AddedParts.class.getName());
    Files.writeString(services.resolve(RunListener.class.getName()), BestScores.class.getName());
  }

  @Test
  void aRunTrainsOnTheDatasetAndKeepsTheBestByTheMetricAndTheListenerHearsIt() throws Exception {
    Path run = folder.resolve("run");
    List<String> arguments = new ArrayList<>(List.of("train", "--quiet", "--run-dir", "" + run));
    for (String setting : TinyRun.OVERRIDES) {
      arguments.addAll(List.of("--set", setting));
    }
    for (String setting :
        List.of(
            "dataset.kind=stripes",
            "training.steps=6",
            "evaluation.every=2",
            "evaluation.extractor=random",
            "evaluation.metrics=fid,mean-distance",
            "checkpoints.best=mean-distance")) {
      arguments.addAll(List.of("--set", setting));
    }
    troupe(arguments);

    // Training waits for no evaluation, so that some may be left out.
    Map<String, String> journal = new TreeMap<>();
    for (JsonNode event : TinyRun.events(run, "evaluation-finished")) {
      JsonNode scores = event.get("scores");
      // A Frechet distance is this distance and a term that is not negative.
      assertThat(scores.get("md_random").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(scores.get("fd_random").asDouble());
      journal.put(event.get("of_step").asText(), scores.get("md_random").asText());
    }
    assertThat(journal).isNotEmpty();
    Map<String, String> table = new TreeMap<>();
    for (String line : Files.readAllLines(run.resolve("metrics/metrics.csv"))) {
      String[] cells = line.split(",", -1);
      assertThat(cells).hasSize(3);
      table.put(cells[0], cells[2]);
    }
    assertThat(table.remove("step")).isEqualTo("md_random");
    assertThat(table).isEqualTo(journal);
    String best =
        Collections.min(
                journal.entrySet(),
                Comparator.comparingDouble(row -> Double.parseDouble(row.getValue())))
            .getKey();
    assertThat(run.resolve("checkpoints/best/step-00000000%s.ckpt".formatted(best))).exists();
    assertThat(Files.readString(run.resolve("dataset.json"))).contains("across", "down");

    List<String> heard =
        TinyRun.events(run, "best").stream()
            .map(event -> event.get("of_step").asText() + " " + event.get("value").asText())
            .toList();
    assertThat(Files.readAllLines(run.resolve("best.txt"))).isNotEmpty().isEqualTo(heard);
    assertThat(run.resolve("tensorboard")).isNotEmptyDirectory();

    JsonNode score = troupe(List.of("status", "--run-dir", "" + run, "--json")).get("score");
    assertThat(score.get("label").asText()).isEqualTo("MD (random)");
    assertThat(score.get("direction").asText()).isEqualTo("lower");
    assertThat(score.get("best").get("step").asText()).isEqualTo(best);
  }

  @Test
  void aRunTrainsTheNetworksByTheLossAndThePenalty() throws Exception {
    Path run = folder.resolve("run");
    List<String> arguments = new ArrayList<>(List.of("train", "--quiet", "--run-dir", "" + run));
    for (String setting : TinyRun.OVERRIDES) {
      arguments.addAll(List.of("--set", setting));
    }
    for (String setting :
        List.of(
            "network.kind=linear",
            "network.initial-deviation=0.02",
            "training.loss=least-squares",
            "training.discriminator-steps=1",
            "training.discriminator.learning-rate=0.01",
            "training.gradient-penalty.weight=1",
            "training.gradient-penalty.every=1",
            "training.steps=6")) {
      arguments.addAll(List.of("--set", setting));
    }
    troupe(arguments);

    List<JsonNode> steps = TinyRun.events(run, "step");
    assertThat(steps).hasSize(6);
    for (JsonNode step : steps) {
      double real = step.get("real_logit").asDouble();
      double middle = (real + step.get("fake_logit").asDouble()) / 2;
      double deviation = step.get("logit_deviation").asDouble();
      // The mean square of all logits is their variance and the square of their mean.
      assertThat(step.get("discriminator_loss").asDouble())
          .isCloseTo(deviation * deviation + middle * middle - real + 0.5, within(1e-3));
      assertThat(step.get("generator_loss").asDouble()).isPositive();
      assertThat(step.has("gradient_penalty")).isTrue();
      boolean due = step.get("step").asLong() % 2 == 1;
      assertThat(step.has("fake_gradient_penalty")).isEqualTo(due);
      // A linear discriminator's slope is its weights, whatever the image; each counts as often as
      // it is due.
      if (due) {
        assertThat(step.get("fake_gradient_penalty").asDouble())
            .isCloseTo(step.get("gradient_penalty").asDouble(), withinPercentage(0.01));
      }
    }
    // Stripes are told from noise by the first step's update.
    assertThat(steps.get(5).get("real_logit").asDouble())
        .isGreaterThan(steps.get(5).get("fake_logit").asDouble());
  }

  @Test
  void theEngineTrainsAStep() throws Exception {
    JsonNode step = printed(CountedStep.class.getName(), List.of());

    // Each step of the discriminator makes images and judges them. The penalty on generated images
    // is due in every second one, by two programs.
    int steps = step.get("discriminator_steps").asInt();
    assertThat(step.get("programs").asInt()).isEqualTo(5);
    assertThat(step.get("runs").asInt()).isEqualTo(2 * steps + 2 * ((steps + 1) / 2) + 1);
    assertThat(step.get("left").asInt()).isZero();
    assertThat(step.get("loss").asDouble()).isFinite();
  }

  @Test
  void theCommandComputesTheMetric() throws Exception {
    JsonNode found =
        troupe(
            List.of(
                "metrics",
                "--real=" + images("black.npz", 0),
                "--fake=" + images("grey.npz", 100),
                "--extractor=random",
                "--metrics=fid,mean-distance",
                "--json"));
    // Images of one side are equal, so that covariances are nothing and the means' distance all.
    assertThat(found.get("md_random").asDouble()).isPositive();
    assertThat(found.get("md_random").asDouble()).isEqualTo(found.get("fd_random").asDouble());
    assertThat(found.get("mean_distance").isNull()).isTrue();
  }

  private Path images(String name, int level) throws IOException {
    Path file = folder.resolve(name);
    long[] pixels = new long[4 * 32 * 32 * 3];
    Arrays.fill(pixels, level);
    try (NpzWriter npz = new NpzWriter(file)) {
      npz.add("images", NpyArray.of(pixels, 4, 32, 32, 3));
    }
    return file;
  }

  /** What a command prints as JSON; nothing if it prints nothing. */
  private JsonNode troupe(List<String> arguments) throws IOException, InterruptedException {
    return printed("io.troupe.actors.cli.Main", arguments);
  }

  private JsonNode printed(String main, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")
                    + File.pathSeparator
                    + folder.resolve("added"),
                main));
    command.addAll(arguments);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(() -> text(err)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return new ObjectMapper().readTree(text(out));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
