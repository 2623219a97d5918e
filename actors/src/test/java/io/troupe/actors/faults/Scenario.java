package io.troupe.actors.faults;

import io.troupe.config.SettingsLoader;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A run to be disturbed: a preset made tiny.
 *
 * @param preset its name
 * @param family its networks
 * @param mixed whether in mixed precision, else in float32
 * @param pictures whether of image files, else of shapes
 * @param settings what makes it tiny, besides what all have
 */
record Scenario(
    String preset, String family, boolean mixed, boolean pictures, List<String> settings) {
  static final long STEPS = 16;
  private static final int IMAGES = 48;
  private static final int CLASSES = 3;
  private static final int SIDE = 32;

  private static final List<String> COMMON =
      List.of(
          "training.batch=4",
          "training.steps=" + STEPS,
          "evaluation.every=4",
          "evaluation.images=16",
          "evaluation.batch=8",
          "evaluation.extractor=random",
          "evaluation.metrics=\"fid\"",
          "evaluation.tsne-images=8",
          "sampling.every=3",
          "sampling.per-class=1",
          "checkpoints.every=3",
          "checkpoints.keep=2",
          "checkpoints.best=fid",
          "journal.every=1",
          "supervision.failed-minutes=0",
          "compute.threads=1",
          "control.port=0");

  private static final List<String> SMALL =
      List.of(
          "network.latent-size=8",
          "network.generator-channels=4",
          "network.discriminator-channels=4");

  /** Every family, with several presets of each, in both precisions. */
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (boolean mixed : new boolean[] {false, true}) {
      all.add(
          shapes("demo", "biggan", mixed, "training.discriminator-steps=2", "ema.start-step=3"));
      all.add(pictures("dcgan-conditional", "dcgan", mixed));
      all.add(
          shapes(
              "stylegan2-cifar100",
              "stylegan2",
              mixed,
              "network.stylegan2.style-size=8",
              "network.stylegan2.mapping-layers=2",
              "network.stylegan2.most-channels=8",
              "training.discriminator-steps=1"));
      all.add(
          shapes(
              "biggan-attention-cifar100",
              "biggan",
              mixed,
              "network.generator-channels=8",
              "network.discriminator-channels=8",
              "network.biggan.shared-embedding=4",
              "training.discriminator-steps=2"));
      all.add(
          pictures("dcgan-celeba", "dcgan", mixed, "dataset.cache=memory", "dataset.cache-mb=0"));
      all.add(
          shapes(
              "stylegan2-ada-cifar100",
              "stylegan2",
              mixed,
              "network.stylegan2.style-size=8",
              "network.stylegan2.most-channels=8",
              "network.stylegan2.deviation-group=2",
              "training.discriminator-steps=1",
              "training.gradient-penalty.every=2",
              "training.path-length.weight=2"));
      all.add(
          shapes(
              "biggan-cr-cifar100-small",
              "biggan",
              mixed,
              "network.biggan.shared-embedding=4",
              "network.biggan.quantiser.layers=\"0\"",
              "network.biggan.quantiser.codes=8",
              "training.lecam.weight=0.3",
              "training.top-k.share=0.5",
              "training.top-k.images=16",
              "training.micro-batch=2",
              "training.discriminator-steps=1"));
      all.add(
          pictures(
              "stylegan2-64",
              "stylegan2",
              mixed,
              "network.stylegan2.style-size=8",
              "network.stylegan2.mapping-layers=2",
              "network.stylegan2.most-channels=8",
              "network.stylegan2.deviation-group=2",
              "training.gradient-penalty.every=3",
              "training.path-length.every=2",
              "sampling.class-grids=1"));
      all.add(
          shapes(
              "r3gan-cifar100-small",
              "r3gan",
              mixed,
              "network.generator-channels=8",
              "network.discriminator-channels=8",
              "training.burn-in.images=40",
              "ema.burn-in=40",
              "ema.half-life=20"));
    }
    return all;
  }

  private static Scenario shapes(String preset, String family, boolean mixed, String... own) {
    List<String> settings = new ArrayList<>(SMALL);
    settings.add("dataset.kind=shapes");
    settings.add("dataset.images=" + IMAGES);
    settings.addAll(List.of(own));
    return new Scenario(preset, family, mixed, false, List.copyOf(settings));
  }

  private static Scenario pictures(String preset, String family, boolean mixed, String... own) {
    List<String> settings = new ArrayList<>(SMALL);
    settings.add("dataset.size=" + SIDE);
    settings.addAll(List.of(own));
    return new Scenario(preset, family, mixed, true, List.copyOf(settings));
  }

  String name() {
    return preset + (mixed ? "-mixed" : "-float32");
  }

  /** Whether its image files are read while it trains, and not only once. */
  boolean readsAllTheTime() {
    return settings.contains("dataset.cache=memory");
  }

  /** The options of the run's first start, for a folder that {@link #prepare} has made. */
  List<String> options(Path folder) {
    List<String> options = new ArrayList<>(List.of("--preset", preset));
    List<String> all = new ArrayList<>(COMMON);
    all.addAll(settings);
    if (mixed) {
      all.add("compute.precision=mixed");
      all.add("compute.bfloat16=portable");
    } else {
      all.add("compute.precision=float32");
    }
    if (pictures) {
      all.add("dataset.path=\"" + folder.resolve("pictures") + "\"");
    }
    all.forEach(setting -> options.addAll(List.of("--set", setting)));
    return options;
  }

  /** Makes the run's pictures, if it has any. */
  void prepare(Path folder) throws IOException {
    if (!pictures) {
      return;
    }
    Dataset shapes =
        Datasets.open(
            SettingsLoader.load("demo", List.of(), List.of("dataset.images=400")).dataset(), 1);
    byte[] pixels = new byte[shapes.imageBytes()];
    for (int i = 0, written = 0; written < IMAGES; i++) {
      if (shapes.label(i) >= CLASSES) {
        continue;
      }
      shapes.read(i, pixels);
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < pixels.length; k++) {
        image.getRaster().setSample(k / 3 % SIDE, k / 3 / SIDE, k % 3, pixels[k] & 255);
      }
      Path of =
          Files.createDirectories(
              folder.resolve("pictures").resolve(shapes.classNames().get(shapes.label(i))));
      ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
      written++;
    }
  }
}
