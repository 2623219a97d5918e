package io.troupe.models.training;

import io.troupe.config.NetworkSettings;
import io.troupe.config.RunSettings;
import io.troupe.config.TrainingSettings;
import java.util.Optional;

/**
 * What of the settings is in the compiled programs and their arrays; all else may change while they
 * stay, such as Adam's constants and the penalties' weights.
 *
 * @param mixing whether there are styles of two latent vectors
 * @param gradientPenalty the gradient penalty, if there is one
 * @param pathLength path length regularisation, if there is any
 * @param topK whether there is top-k training
 */
record CompiledSettings(
    NetworkSettings network,
    int batch,
    int imagesAtOnce,
    int discriminatorSteps,
    String loss,
    boolean mixing,
    boolean sameFakes,
    int freezeD,
    TrainingSettings.Regularisation regularisation,
    Optional<GradientPenalty> gradientPenalty,
    Optional<PathLength> pathLength,
    TrainingSettings.DiffAugment diffAugment,
    Ada ada,
    Logits logits,
    boolean topK,
    RunSettings.Precision precision,
    Optional<String> bfloat16) {
  private record GradientPenalty(double centre, TrainingSettings.PenalisedImages images) {}

  private record PathLength(double decay, int batchShrink) {}

  /** Which penalties there are of logits. */
  private record Logits(boolean realConsistency, boolean fakeConsistency, boolean lecam) {}

  /** Of which augmentations there is any. */
  private record Ada(boolean blit, boolean geometry, boolean color, boolean cutout) {
    static Ada of(TrainingSettings.Ada ada) {
      return new Ada(ada.blit() > 0, ada.geometry() > 0, ada.color() > 0, ada.cutout() > 0);
    }
  }

  static CompiledSettings of(RunSettings settings) {
    TrainingSettings training = settings.training();
    return new CompiledSettings(
        settings.network(),
        training.batch(),
        training.imagesAtOnce(),
        training.discriminatorSteps(),
        training.loss(),
        training.styleMixing() > 0,
        training.sameFakes(),
        training.freezeD(),
        training.regularisation(),
        Optional.of(training.gradientPenalty())
            .filter(penalty -> penalty.weight() > 0)
            .map(penalty -> new GradientPenalty(penalty.centre(), penalty.images())),
        Optional.of(training.pathLength())
            .filter(penalty -> penalty.weight() > 0)
            .map(penalty -> new PathLength(penalty.decay(), penalty.batchShrink())),
        training.diffAugment(),
        Ada.of(training.ada()),
        new Logits(
            training.consistency().real() > 0,
            training.consistency().fake() > 0,
            training.lecam().weight() > 0),
        training.topK().isWanted(),
        settings.compute().precision(),
        Optional.of(settings.compute().bfloat16())
            .filter(how -> settings.compute().precision() == RunSettings.Precision.MIXED));
  }
}
