package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on IDX files as MNIST's, which are grey, and runs without the classes that there are. */
@Tag("process")
class GreyRunTest {
  private static final int IMAGES = 60;
  private static final int SIDE = 28;

  @TempDir Path folder;

  @BeforeEach
  void writeDigits() throws IOException {
    Files.createDirectories(folder.resolve("digits"));
    Random random = new Random(4);
    byte[] pixels = new byte[IMAGES * SIDE * SIDE];
    random.nextBytes(pixels);
    byte[] labels = new byte[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      labels[i] = (byte) (i % 10);
    }
    write("train-images-idx3-ubyte", pixels, 0x803, IMAGES, SIDE, SIDE);
    write("train-labels-idx1-ubyte", labels, 0x801, IMAGES);
  }

  private void write(String name, byte[] content, int... header) throws IOException {
    Path file = folder.resolve("digits").resolve(name);
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      for (int number : header) {
        out.writeInt(number);
      }
      out.write(content);
    }
  }

  private RunSettings settings(String... more) {
    List<String> all = new ArrayList<>(TinyRun.OVERRIDES);
    all.removeIf(change -> change.startsWith("dataset."));
    all.addAll(
        List.of(
            "dataset.kind=mnist",
            "dataset.path=" + folder.resolve("digits"),
            "augmentation.contrast=0.2",
            "evaluation.extractor=random",
            "evaluation.metrics=\"fid\"",
            "evaluation.tsne-images=0"));
    all.addAll(List.of(more));
    return SettingsLoader.load("demo", List.of(), all);
  }

  private Path run(String name, String... more) throws Exception {
    Path root = folder.resolve(name);
    TrainingRun run = TrainingRun.start(settings(more), root);
    assertThat(run.await().failed()).isFalse();
    return root;
  }

  @Test
  void greyRunsTrainEvaluateAndGoOnExactly() throws Exception {
    Path whole = run("whole", "training.steps=6", "evaluation.every=6");
    Path parts = run("parts", "training.steps=3", "evaluation.every=6");
    run("parts", "training.steps=6", "evaluation.every=6");
    assertThat(TinyRun.sha256(parts, 6)).isEqualTo(TinyRun.sha256(whole, 6));
    JsonNode scored = TinyRun.events(whole, "evaluation-finished").get(0);
    assertThat(scored.get("protocol").get("grey").asText()).isEqualTo("repeated three times");
    assertThat(scored.get("scores").get("fd_random").asDouble()).isPositive();
    assertThat(whole.resolve("samples/step-000000006.png")).isRegularFile();

    assertThatThrownBy(() -> run("whole", "training.steps=9", "dataset.channels=3"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("the images have 1 channels, those of the dataset 3");
  }

  @Test
  void coloursOfGreyImagesAreRefused() {
    assertThatThrownBy(() -> run("run", "augmentation.hue=0.1"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("augmentation.hue is 0.1, and the dataset's images are grey");
  }

  @Test
  void whatCannotBeEvaluatedIsRefusedOnlyIfItShallBe() throws Exception {
    String metrics = "evaluation.metrics=\"is,fid,intra-fid\"";
    assertThatThrownBy(() -> run("run", metrics, "dataset.labels=none", "evaluation.every=3"))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(
            "evaluation.metrics has is, which needs a classifier, and the extractor is random",
            "set evaluation.metrics to \"fid\", or evaluation.every to 0");

    TrainingRun run =
        TrainingRun.start(
            settings(metrics, "dataset.labels=none", "training.steps=1000000"),
            folder.resolve("run"));
    while (run.status().toCompletableFuture().get().step() < 1) {
      Thread.sleep(10);
    }
    assertThat(ask(run, to -> new RunCommand.Evaluate(false, to)))
        .isInstanceOf(RunAnswer.Refused.class)
        .asString()
        .contains("set evaluation.metrics to \"fid\"");
    for (String change : List.of("evaluation.every=5", "augmentation.saturation=0.5")) {
      assertThat(ask(run, to -> new RunCommand.ChangeSettings(List.of(change), to)))
          .isInstanceOf(RunAnswer.Invalid.class)
          .asString()
          .contains(change.startsWith("e") ? "needs a classifier" : "images are grey");
    }
    run.stop().toCompletableFuture().get();
    assertThat(run.await().failed()).isFalse();
    assertThat(TinyRun.events(folder.resolve("run"), "troubles")).isEmpty();
  }

  private static RunAnswer ask(TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command)
      throws Exception {
    return run.command(command, Duration.ofMinutes(2)).toCompletableFuture().get();
  }

  @Test
  void runsWithoutLabelsKnowOneClass() throws Exception {
    for (List<String> networks :
        List.of(
            List.of("network.kind=biggan"),
            List.of("network.kind=dcgan"),
            // A single class is none.
            List.of("network.kind=dcgan", "network.dcgan.conditional=true"),
            List.of(
                "network.kind=stylegan2",
                "network.stylegan2.style-size=8",
                "network.stylegan2.mapping-layers=1",
                "network.stylegan2.most-channels=8"))) {
      List<String> all = new ArrayList<>(networks);
      all.addAll(List.of("training.steps=1", "dataset.labels=none"));
      Path root = run("run" + networks.hashCode(), all.toArray(String[]::new));
      assertThat(Files.readString(root.resolve("dataset.json")))
          .contains("\"classes\":[\"all\"]", "\"picture_size\":32");
    }
  }
}
