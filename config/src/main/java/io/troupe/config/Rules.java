package io.troupe.config;

import java.util.List;

/** Constraints between several settings. */
final class Rules {
  private static final long MOST_PICTURES_PER_STEP = 1L << 20;

  /** One for the first layer and one for each block of BigGAN's generator. */
  private static final int LATENT_CHUNKS = 4;

  /** The keys of self-attention have an eighth of the channels. */
  private static final int ATTENTION_SHARES = 8;

  private static final String LOOPBACK =
      "(?i)localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1|::ffff:127(\\.\\d{1,3}){3}";

  private final ValueReader in;
  private final Problems problems;

  /** Rules for settings that were read with {@code in}. */
  Rules(ValueReader in, Problems problems) {
    this.in = in;
    this.problems = problems;
  }

  /** Reports every broken rule, except those about keys that already have a problem. */
  void check(RunSettings settings) {
    if (!problems.concern("dataset.kind", "dataset.path")) {
      checkPath(settings.dataset());
    }
    if (!problems.concern("training.batch", "training.discriminator-steps")) {
      checkPictures(settings.training(), settings.dataset());
    }
    if (!problems.concern("network.kind")) {
      checkStyles(settings);
    }
    checkOrder(settings.training());
    if (!problems.concern("network.kind") && settings.network().kind().equals("biggan")) {
      checkBiggan(settings.network());
    }
    if (!problems.concern("checkpoints.best", "evaluation.metrics")) {
      checkBest(settings);
    }
    if (!problems.concern("control.host", "control.token")) {
      checkToken(settings.control());
    }
  }

  private void checkPath(RunSettings.Dataset dataset) {
    if (dataset.path().isPresent()) {
      return;
    }
    Parts.dataset(dataset.kind())
        .flatMap(DatasetChoice::requiredPath)
        .ifPresent(
            wanted ->
                problems.add(
                    in.place("dataset.kind"),
                    "dataset.kind is %s and dataset.path is empty; give %s with --data PATH"
                        .formatted(dataset.kind(), wanted)));
  }

  private void checkPictures(RunSettings.Training training, RunSettings.Dataset dataset) {
    long pictures = (long) training.batch() * training.discriminatorSteps();
    String product =
        "training.batch x training.discriminator-steps is %d x %d = %d pictures a step"
            .formatted(training.batch(), training.discriminatorSteps(), pictures);
    if (pictures > MOST_PICTURES_PER_STEP) {
      problems.add(
          in.place("training.batch"), product + "; allowed: at most " + MOST_PICTURES_PER_STEP);
    } else if (Parts.dataset(dataset.kind())
            .filter(kind -> kind.settings().contains("images"))
            .isPresent()
        && !problems.concern("dataset.kind", "dataset.images")
        && dataset.images() < pictures) {
      problems.add(
          in.place("dataset.images"),
          "dataset.images is %d, but %s; allowed: at least %d"
              .formatted(dataset.images(), product, pictures));
    }
  }

  /** What StyleGAN2 requires, and what only it supports. */
  private void checkStyles(RunSettings settings) {
    RunSettings.Training training = settings.training();
    if (!settings.network().kind().equals("stylegan2")) {
      if (training.styleMixing() > 0) {
        problems.add(in.place("training.style-mixing"), onlyStyles("training.style-mixing"));
      }
      if (training.pathLength().weight() > 0) {
        problems.add(
            in.place("training.path-length.weight"), onlyStyles("training.path-length.weight"));
      }
      if (training.regularisation() == RunSettings.Regularisation.SEPARATE) {
        problems.add(
            in.place("training.regularisation"),
            "training.regularisation = separate is for network.kind = stylegan2; allowed with other"
                + " networks: added");
      }
      return;
    }
    if (!problems.concern("training.batch", "training.path-length.batch-shrink")
        && training.pathLength().batchShrink() > training.batch()) {
      problems.add(
          in.place("training.path-length.batch-shrink"),
          "training.path-length.batch-shrink is %d; allowed: at most training.batch, which is %d"
              .formatted(training.pathLength().batchShrink(), training.batch()));
    }
    int group = settings.network().stylegan2().deviationGroup();
    if (!problems.concern("training.batch", "network.stylegan2.deviation-group")
        && training.batch() % group != 0) {
      problems.add(
          in.place("training.batch"),
          "training.batch is %d; allowed: a multiple of network.stylegan2.deviation-group, which is %d"
              .formatted(training.batch(), group));
    }
  }

  /** The generator step can only use images of a discriminator step that comes before it. */
  private void checkOrder(RunSettings.Training training) {
    if (!problems.concern("training.first", "training.same-fakes")
        && training.sameFakes()
        && training.first() == RunSettings.First.GENERATOR) {
      problems.add(
          in.place("training.same-fakes"),
          "training.same-fakes is true and training.first is generator; allowed with it:"
              + " discriminator");
    }
  }

  private String onlyStyles(String key) {
    return key + " is for network.kind = stylegan2; allowed with other networks: 0";
  }

  /** Whether BigGAN's options fit each other and the sizes. */
  private void checkBiggan(RunSettings.Network network) {
    RunSettings.Biggan biggan = network.biggan();
    if (biggan.hierarchical()) {
      checkHierarchy(network);
    }
    checkAttention(
        "generator", biggan.generatorAttention(), network.generatorChannels(), List.of(8, 16, 32));
    checkAttention(
        "discriminator",
        biggan.discriminatorAttention(),
        network.discriminatorChannels(),
        List.of(16, 8));
  }

  private void checkHierarchy(RunSettings.Network network) {
    if (!problems.concern("network.biggan.shared-embedding")
        && network.biggan().sharedEmbedding() == 0) {
      problems.add(
          in.place("network.biggan.hierarchical"),
          "network.biggan.hierarchical is true and network.biggan.shared-embedding is 0; allowed"
              + " with it: at least 1");
    }
    if (!problems.concern("network.latent-size") && network.latentSize() % LATENT_CHUNKS != 0) {
      problems.add(
          in.place("network.latent-size"),
          "network.latent-size is %d; allowed with network.biggan.hierarchical: a multiple of %d"
              .formatted(network.latentSize(), LATENT_CHUNKS));
    }
  }

  private void checkAttention(String part, int side, int channels, List<Integer> sides) {
    String key = "network.biggan." + part + "-attention";
    String width = "network." + part + "-channels";
    if (side == 0 || problems.concern(key)) {
      return;
    }
    if (!sides.contains(side)) {
      problems.add(
          in.place(key),
          "%s is %d, which is no resolution of a block of the %s; allowed: 0 or one of %s"
              .formatted(key, side, part, sides));
    }
    if (!problems.concern(width) && channels % ATTENTION_SHARES != 0) {
      problems.add(
          in.place(width),
          "%s is %d; allowed with %s: a multiple of %d"
              .formatted(width, channels, key, ATTENTION_SHARES));
    }
  }

  private void checkBest(RunSettings settings) {
    String best = settings.checkpoints().best();
    String computed = settings.evaluation().metrics();
    List<String> names = List.of(computed.split(",", -1));
    Parts.metrics().stream()
        .filter(metric -> metric.rankings().contains(best) && !names.contains(metric.name()))
        .findFirst()
        .ifPresent(
            needed ->
                problems.add(
                    in.place("checkpoints.best"),
                    "checkpoints.best is %s, and evaluation.metrics is \"%s\", without %s; add it there"
                        .formatted(best, computed, needed.name())));
  }

  private void checkToken(RunSettings.Control control) {
    if (!control.host().matches(LOOPBACK) && control.token().isEmpty()) {
      problems.add(
          in.place("control.host"),
          "control.host is \"%s\", which other machines may reach, and control.token is empty; set"
                  .formatted(control.host())
              + " the environment variable TROUPE_CONTROL_TOKEN, or use 127.0.0.1");
    }
  }
}
