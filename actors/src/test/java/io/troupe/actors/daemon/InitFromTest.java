package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.checkpoint.CheckpointNetworks;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.checkpoint.StoredNetwork;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.models.graph.ParameterLayout;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New runs whose networks begin with values of another run's checkpoint. */
@Tag("process")
class InitFromTest {
  @TempDir private static Path folder;
  private static RunDirectory first;
  private static Path pictures;

  @TempDir private Path target;

  @BeforeAll
  static void run() throws Exception {
    first = new RunDirectory(folder.resolve("first"));
    train(first.root(), TinyRun.settings("training.steps=3", "sampling.every=0"));
    pictures = folder.resolve("pictures");
    for (String name : List.of("a", "b", "c")) {
      Files.createDirectories(pictures.resolve(name));
      for (int i = 0; i < 4; i++) {
        BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(new Color(60 * i, 20, 200 - 20 * i));
        graphics.fillRect(4 * i, 3, 20, 25);
        graphics.dispose();
        ImageIO.write(image, "png", pictures.resolve(name + "/" + i + ".png").toFile());
      }
    }
  }

  private static void train(Path root, RunSettings settings) throws Exception {
    assertThat(TrainingRun.start(settings, root).await().failed()).isFalse();
  }

  private static Path checkpoint(RunDirectory run, long step) {
    return run.checkpoints().resolve("step-%09d.ckpt".formatted(step));
  }

  private static RunSettings from(Path checkpoint, String... changes) {
    List<String> all = new ArrayList<>(List.of(changes));
    all.add("init-from.checkpoint=" + checkpoint);
    all.add("sampling.every=0");
    return TinyRun.settings(all.toArray(String[]::new));
  }

  /** The demo preset, tiny, on the test's own pictures in three classes. */
  private static RunSettings ofPictures(String... changes) {
    List<String> all = new ArrayList<>(TinyRun.OVERRIDES);
    all.removeIf(change -> change.startsWith("dataset."));
    all.addAll(List.of("dataset.kind=image-folder", "dataset.path=" + pictures));
    all.add("sampling.every=0");
    all.addAll(List.of(changes));
    return SettingsLoader.load("demo", List.of(), all);
  }

  private static List<String> names(JsonNode tensors, boolean taken) {
    return StreamSupport.stream(tensors.spliterator(), false)
        .filter(tensor -> tensor.path("taken").asBoolean() == taken)
        .map(tensor -> tensor.path("name").asText())
        .toList();
  }

  @Test
  void otherClassesAreDrawnAnewAndTheRestIsTaken() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("run"));
    Path source = checkpoint(first, 3);
    train(
        run.root(),
        ofPictures("training.steps=2", "init-from.checkpoint=" + source, "checkpoints.keep=9"));

    JsonNode event = TinyRun.events(run.root(), "initialised").get(0);
    assertThat(event.path("step").asLong()).isZero();
    assertThat(event.path("sha256").asText()).isEqualTo(TinyRun.sha256(first.root(), 3));
    assertThat(names(event.path("generator").path("tensors"), false))
        .hasSize(12)
        .allMatch(name -> name.matches("block\\d\\.norm\\d\\.(gain|bias)"));
    assertThat(names(event.path("discriminator").path("tensors"), false))
        .containsExactly("embedding.weight", "embedding.u");
    assertThat(names(event.path("generator").path("tensors"), true))
        .contains("linear.weight", "linear.u", "block0.norm1.mean", "rgb.weight");
    RunSettings recorded = SettingsLoader.loadRun(run.config(), List.of(), List.of());
    assertThat(recorded.initFrom())
        .isEqualTo(
            new RunSettings.InitFrom(Optional.of(source), TinyRun.sha256(first.root(), 3), false));
  }

  /** Same networks: all is taken, and what is drawn then depends on the new run's seed. */
  @Test
  void aRunGoesOnToTheBitWithoutTheCheckpointThatItBeganWith() throws Exception {
    RunDirectory whole = new RunDirectory(target.resolve("whole"));
    RunDirectory parts = new RunDirectory(target.resolve("parts"));
    Path copy = Files.createDirectories(target.resolve("copy/checkpoints"));
    Files.copy(first.config(), copy.resolveSibling("config.conf"));
    Path source = Files.copy(checkpoint(first, 3), copy.resolve("step-000000003.ckpt"));
    train(whole.root(), from(source, "training.steps=4", "seed=5"));
    train(parts.root(), from(source, "training.steps=2", "seed=5"));
    Files.delete(source);

    train(
        parts.root(),
        SettingsLoader.loadRun(parts.config(), List.of(), List.of("training.steps=4")));

    assertThat(TinyRun.sha256(parts.root(), 4)).isEqualTo(TinyRun.sha256(whole.root(), 4));
    assertThat(TinyRun.events(parts.root(), "initialised")).hasSize(1);
    RunDirectory drawn = new RunDirectory(target.resolve("drawn"));
    train(drawn.root(), TinyRun.settings("training.steps=4", "seed=5", "sampling.every=0"));
    assertThat(TinyRun.sha256(drawn.root(), 4)).isNotEqualTo(TinyRun.sha256(whole.root(), 4));
  }

  @Test
  void withAdamTheFirstCheckpointIsTheOtherOnesToTheBit() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("run"));
    train(
        run.root(),
        from(
            checkpoint(first, 3), "init-from.adam=true", "training.steps=1", "checkpoints.keep=9"));
    try (StoredCheckpoint begun = StoredCheckpoint.open(checkpoint(run, 0));
        StoredCheckpoint source = StoredCheckpoint.open(checkpoint(first, 3))) {
      assertThat(begun.sha256()).isEqualTo(source.sha256());
      assertThat(begun.progress().step()).isZero();
      assertThat(begun.progress().generatorUpdates())
          .isEqualTo(source.progress().generatorUpdates())
          .isPositive();
      assertThat(begun.progress().discriminatorUpdates())
          .isEqualTo(source.progress().discriminatorUpdates());
    }
  }

  @Test
  void whatCannotBeTakenIsSaid() throws Exception {
    Path source = checkpoint(first, 3);
    refused(from(target.resolve("no.ckpt")), "there is no checkpoint file");
    refused(from(pictures.resolve("a/1.png")), "1.png", "not a Troupe checkpoint");
    refused(
        from(source, "init-from.sha256=\"" + "0".repeat(64) + "\""), "another checkpoint", "0000");
    refused(
        ofPictures("init-from.checkpoint=" + source, "init-from.adam=true"),
        "not all of",
        "generator block0.norm1.gain",
        "discriminator embedding.weight");
    refused(
        SettingsLoader.load(
            "dcgan-celeba",
            List.of(),
            List.of(
                "control.port=0",
                "training.batch=4",
                "dataset.path=" + pictures,
                "init-from.checkpoint=" + source)),
        "network.kind = biggan",
        "this run has dcgan");
    refused(
        from(
            source,
            "network.generator-channels=5",
            "network.discriminator-channels=5",
            "network.latent-size=9"),
        "no weight",
        "which are for images of 32x32, RGB, ",
        "network.generator-channels: 4 -> 5",
        "leave --init-from out");
    try (Stream<Path> left = Files.list(target)) {
      assertThat(left.map(path -> path.resolve("checkpoints"))).allMatch(Files::notExists);
    }
  }

  private void refused(RunSettings settings, String... message) {
    assertThatThrownBy(() -> TrainingRun.start(settings, target.resolve("refused")))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void frozenBlocksAreThoseOfTheOtherRunToTheBitInTheEnd() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("run"));
    RunSettings settings =
        from(checkpoint(first, 3), "training.freeze-d=2", "training.steps=2", "seed=4");
    train(run.root(), settings);
    try (StoredCheckpoint source = StoredCheckpoint.open(checkpoint(first, 3));
        StoredCheckpoint last = StoredCheckpoint.open(checkpoint(run, 2))) {
      CheckpointNetworks networks = CheckpointNetworks.of(last, settings);
      for (ParameterLayout.Slot slot : networks.layouts().discriminator().slots()) {
        boolean frozen = slot.name().matches("block[01]\\..*");
        if (frozen || slot.trainable()) {
          assertThat(tensor(last, slot).equals(tensor(source, slot)))
              .as(slot.name())
              .isEqualTo(frozen);
        }
      }
    }
    RunSettings thawed =
        SettingsLoader.loadRun(
            run.config(), List.of(), List.of("training.freeze-d=0", "training.steps=3"));
    assertThatThrownBy(() -> TrainingRun.start(thawed, run.root()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("training.freeze-d: the run has 2, you gave 0");
  }

  private static String tensor(StoredCheckpoint checkpoint, ParameterLayout.Slot slot)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    checkpoint.copy(StoredNetwork.DISCRIMINATOR, slot.offset(), slot.length(), bytes);
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Test
  void aRunThatHasBegunTakesNoOtherValues() throws Exception {
    RunDirectory run = new RunDirectory(target.resolve("run"));
    train(run.root(), TinyRun.settings("training.steps=1", "sampling.every=0"));
    RunSettings other = from(checkpoint(first, 3), "training.steps=2");
    assertThatThrownBy(() -> TrainingRun.start(other, run.root()))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("init-from.checkpoint", "another --run-dir");
    Files.delete(run.config());
    assertThatThrownBy(() -> TrainingRun.start(other, run.root()))
        .isInstanceOf(RunException.class)
        .hasMessageContainingAll("has checkpoints already", "--run-dir");
  }
}
