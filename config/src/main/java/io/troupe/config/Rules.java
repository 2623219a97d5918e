package io.troupe.config;

import java.util.List;

/** Constraints between several settings; those of one family of networks are the family's. */
final class Rules implements SettingsProblems {
  private static final long MOST_PICTURES_PER_STEP = 1L << 20;

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
      Parts.networks().stream()
          .filter(family -> family.name().equals(settings.network().kind()))
          .forEach(family -> checkNetworks(family, settings));
    }
    if (!problems.concern("training.batch", "training.micro-batch")) {
      checkMicroBatch(settings.training());
      checkTopK(settings.training());
    }
    checkOrder(settings.training());
    checkAugmentation(settings);
    if (!problems.concern("checkpoints.best", "evaluation.metrics")) {
      checkBest(settings);
    }
    if (!problems.concern("checkpoints.best", "supervision.collapse.action")) {
      checkReturn(settings);
    }
    if (!problems.concern(
        "supervision.stalled-minutes", "supervision.stalled-exit", "dataset.patience")) {
      checkStall(settings);
    }
    checkExtractor(settings.evaluation());
    if (!problems.concern("control.host", "control.token", "control.token-file")) {
      checkToken(settings.control());
    }
    checkTls(settings.control().tls());
  }

  private void checkPath(DatasetSettings dataset) {
    if (dataset.path().isPresent()) {
      return;
    }
    Parts.dataset(dataset.kind())
        .flatMap(DatasetChoice::requiredPath)
        .ifPresent(
            wanted ->
                report(
                    "dataset.kind",
                    "dataset.kind is %s and dataset.path is empty; give %s with --data PATH"
                        .formatted(dataset.kind(), wanted)));
  }

  private void checkPictures(TrainingSettings training, DatasetSettings dataset) {
    long pictures = (long) training.batch() * training.discriminatorSteps();
    String product =
        "training.batch x training.discriminator-steps is %d x %d = %d pictures a step"
            .formatted(training.batch(), training.discriminatorSteps(), pictures);
    if (pictures > MOST_PICTURES_PER_STEP) {
      report("training.batch", product + "; allowed: at most " + MOST_PICTURES_PER_STEP);
    } else if (Parts.dataset(dataset.kind())
            .filter(kind -> kind.settings().contains("images"))
            .isPresent()
        && !problems.concern("dataset.kind", "dataset.images")
        && dataset.images() < pictures) {
      report(
          "dataset.images",
          "dataset.images is %d, but %s; allowed: at least %d"
              .formatted(dataset.images(), product, pictures));
    }
  }

  private void checkMicroBatch(TrainingSettings training) {
    if (training.batch() % training.imagesAtOnce() != 0) {
      report(
          "training.micro-batch",
          "training.micro-batch is %d; allowed: auto, 0, or a number that divides training.batch, which is %d"
              .formatted(training.microBatch(), training.batch()));
    }
  }

  /** One image is always the most convincing one. */
  private void checkTopK(TrainingSettings training) {
    if (training.topK().isWanted() && !training.topK().chooses(training.imagesAtOnce())) {
      report(
          "training.top-k.share",
          "training.top-k.share is %s, which leaves the generator all %d images that are computed at once; make it smaller, or training.batch or training.micro-batch larger"
              .formatted(training.topK().share(), training.imagesAtOnce()));
    }
  }

  @Override
  public boolean concern(String... anyOf) {
    return problems.concern(anyOf);
  }

  @Override
  public void report(String key, String text) {
    problems.add(in.place(key), text);
  }

  private void checkNetworks(NetworkChoice family, RunSettings settings) {
    TrainingSettings training = settings.training();
    if (!family.hasStyles()) {
      checkWithoutStyles(training);
    } else if (!concern("training.batch", "training.path-length.batch-shrink")
        && training.pathLength().batchShrink() > training.batch()) {
      report(
          "training.path-length.batch-shrink",
          "training.path-length.batch-shrink is %d; allowed: at most training.batch, which is %d"
              .formatted(training.pathLength().batchShrink(), training.batch()));
    }
    family.check(settings, this);
  }

  private void checkWithoutStyles(TrainingSettings training) {
    if (training.styleMixing() > 0) {
      reportStyles("training.style-mixing", "", "0");
    }
    if (training.pathLength().weight() > 0) {
      reportStyles("training.path-length.weight", "", "0");
    }
    if (training.regularisation() == TrainingSettings.Regularisation.SEPARATE) {
      reportStyles("training.regularisation", " = separate", "added");
    }
  }

  private void reportStyles(String key, String value, String allowed) {
    List<String> styled =
        Parts.networks().stream()
            .filter(NetworkChoice::hasStyles)
            .map(NetworkChoice::name)
            .toList();
    report(
        key,
        "%s%s is for network.kind = %s; allowed with other networks: %s"
            .formatted(key, value, ValueReader.either(styled), allowed));
  }

  /** The generator step can only use images of a discriminator step that comes before it. */
  private void checkOrder(TrainingSettings training) {
    if (!problems.concern("training.first", "training.same-fakes")
        && training.sameFakes()
        && training.first() == TrainingSettings.First.GENERATOR) {
      report(
          "training.same-fakes",
          "training.same-fakes is true and training.first is generator; allowed with it:"
              + " discriminator");
    }
  }

  private void checkAugmentation(RunSettings settings) {
    TrainingSettings.Ada ada = settings.training().ada();
    TrainingSettings.DiffAugment other = settings.training().diffAugment();
    if (ada.isWanted() && (other.color() || other.translation() || other.cutout())) {
      report(
          "training.ada",
          "training.ada and training.diff-augment both augment what the discriminator sees; set"
              + " all strengths of the one to 0, or all of the other to false");
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
                report(
                    "checkpoints.best",
                    "checkpoints.best is %s, and evaluation.metrics is \"%s\", without %s; add it there"
                        .formatted(best, computed, needed.name())));
  }

  private void checkReturn(RunSettings settings) {
    if (settings.supervision().collapse().action() == CollapseSettings.Action.ROLLBACK
        && !settings.checkpoints().keepsBest()) {
      report(
          "supervision.collapse.action",
          "supervision.collapse.action is rollback and checkpoints.best is none, so that there is no best checkpoint to go back to; set checkpoints.best to a score");
    }
  }

  /** A run that waits for its dataset makes no steps. */
  private void checkStall(RunSettings settings) {
    int minutes = settings.supervision().stalledMinutes();
    int patience = settings.dataset().patience();
    if (settings.supervision().stalledExit() && minutes > 0 && 60L * minutes <= patience) {
      report(
          "supervision.stalled-minutes",
          "supervision.stalled-minutes is %d, supervision.stalled-exit is true, and a run may wait for its dataset for dataset.patience = %d seconds; allowed: more minutes than that"
              .formatted(minutes, patience));
    }
  }

  private void checkExtractor(RunSettings.Evaluation evaluation) {
    if (evaluation.extractor() != RunSettings.ExtractorKind.DL4J
        || problems.concern("evaluation.extractor")) {
      return;
    }
    if (evaluation.weights().isEmpty() && !problems.concern("evaluation.weights")) {
      report(
          "evaluation.extractor",
          "evaluation.extractor is dl4j and evaluation.weights is empty; set it to a network's file, a .zip of DeepLearning4J's or an .h5 of Keras'");
    }
    if (evaluation.layer().isEmpty() && !problems.concern("evaluation.layer")) {
      report(
          "evaluation.extractor",
          "evaluation.extractor is dl4j and evaluation.layer is empty; set it to the name of the layer whose output is compared; with a name that there is not, the error lists all layers");
    }
    if (evaluation.inputMean().isEmpty() != evaluation.inputDeviation().isEmpty()
        && !problems.concern("evaluation.input-mean", "evaluation.input-deviation")) {
      report(
          "evaluation.input-mean",
          "evaluation.input-mean is \"%s\" and evaluation.input-deviation is \"%s\"; give both or neither"
              .formatted(evaluation.inputMean(), evaluation.inputDeviation()));
    }
  }

  private void checkToken(RunSettings.Control control) {
    if (!control.host().matches(LOOPBACK)
        && control.token().isEmpty()
        && control.tokenFile().isEmpty()) {
      report(
          "control.host",
          "control.host is \"%s\", which other machines may reach, and control.token is empty; set"
                  .formatted(control.host())
              + " control.token-file or the environment variable TROUPE_CONTROL_TOKEN, or use"
              + " 127.0.0.1");
    }
  }

  private void checkTls(RunSettings.Tls tls) {
    if (tls.certificate().isPresent() != tls.key().isPresent()
        && !problems.concern("control.tls.certificate", "control.tls.key")) {
      boolean lacksKey = tls.key().isEmpty();
      String given = "control.tls." + (lacksKey ? "certificate" : "key");
      report(
          given,
          "%s is set and control.tls.%s is empty; give both, or neither for plain HTTP"
              .formatted(given, lacksKey ? "key" : "certificate"));
    }
  }
}
