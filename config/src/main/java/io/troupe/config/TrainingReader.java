package io.troupe.config;

import io.troupe.config.TrainingSettings.Ada;
import io.troupe.config.TrainingSettings.Adam;
import io.troupe.config.TrainingSettings.BurnIn;
import io.troupe.config.TrainingSettings.Consistency;
import io.troupe.config.TrainingSettings.DiffAugment;
import io.troupe.config.TrainingSettings.First;
import io.troupe.config.TrainingSettings.GradientPenalty;
import io.troupe.config.TrainingSettings.Lecam;
import io.troupe.config.TrainingSettings.PathLength;
import io.troupe.config.TrainingSettings.PenalisedImages;
import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.config.TrainingSettings.TopK;

/**
 * Fills the records of the section {@code training}, and defines the type and range of its keys.
 */
final class TrainingReader {
  private static final int MOST_BLOCKS = 16;
  private static final Interval WEIGHT = Interval.closed(0, 1e6);

  private final ValueReader in;
  private final int publishedBatch;

  /**
   * A reader of the section.
   *
   * @param publishedBatch what {@code training.batch = auto} is
   */
  TrainingReader(ValueReader in, int publishedBatch) {
    this.in = in;
    this.publishedBatch = publishedBatch;
  }

  /** The section, with placeholders where a problem was reported. */
  TrainingSettings read() {
    return new TrainingSettings(
        in.whole("training.steps", 1, SettingsReader.MOST_STEPS),
        in.integerOrAuto("training.batch", publishedBatch, 1, SettingsReader.MOST_PICTURES),
        in.integerOrAuto("training.micro-batch", RunSettings.AUTO, 0, SettingsReader.MOST_PICTURES),
        in.integer("training.discriminator-steps", 1, 100),
        in.oneOf("training.loss", Parts.losses().stream().map(LossChoice::name).toList()),
        in.decimal("training.clip-norm", Interval.closed(0, 1e6)),
        in.decimal("training.style-mixing", Interval.SHARE),
        in.oneOf("training.first", First.class),
        in.flag("training.same-fakes"),
        in.integer("training.freeze-d", 0, MOST_BLOCKS),
        in.oneOf("training.regularisation", Regularisation.class),
        adam("training.generator."),
        adam("training.discriminator."),
        gradientPenalty(),
        new PathLength(
            in.decimal("training.path-length.weight", WEIGHT),
            in.decimal("training.path-length.decay", Interval.DECAY),
            in.integer("training.path-length.every", 1, 1_000_000),
            in.whole("training.path-length.start-step", 0, SettingsReader.MOST_STEPS),
            in.integer("training.path-length.batch-shrink", 0, SettingsReader.MOST_PICTURES)),
        new DiffAugment(
            in.flag("training.diff-augment.color"),
            in.flag("training.diff-augment.translation"),
            in.flag("training.diff-augment.cutout")),
        ada(),
        new Consistency(
            in.decimal("training.consistency.real", WEIGHT),
            in.decimal("training.consistency.fake", WEIGHT)),
        new Lecam(
            in.decimal("training.lecam.weight", WEIGHT),
            in.decimal("training.lecam.decay", Interval.DECAY)),
        new TopK(
            in.decimal("training.top-k.share", Interval.POSITIVE_SHARE),
            in.decimal("training.top-k.decay", Interval.DECAY),
            in.whole("training.top-k.images", 1, 1_000_000_000_000L)),
        new BurnIn(
            in.whole("training.burn-in.images", 0, 1_000_000_000_000L),
            in.decimal("training.burn-in.learning-rate-factor", Interval.above(0, 1000)),
            in.decimal("training.burn-in.beta2", Interval.DECAY),
            in.decimal("training.burn-in.penalty-factor", Interval.above(0, 1000))));
  }

  private Ada ada() {
    return new Ada(
        in.decimal("training.ada.blit", Interval.SHARE),
        in.decimal("training.ada.geometry", Interval.SHARE),
        in.decimal("training.ada.color", Interval.SHARE),
        in.decimal("training.ada.cutout", Interval.SHARE),
        in.decimal("training.ada.probability", Interval.SHARE),
        in.decimal("training.ada.target", Interval.SHARE),
        in.whole("training.ada.images", 1, 1_000_000_000_000L),
        in.integer("training.ada.every", 1, 1_000_000));
  }

  private Adam adam(String section) {
    return new Adam(
        in.decimal(section + "learning-rate", Interval.POSITIVE_SHARE),
        in.decimal(section + "beta1", Interval.DECAY),
        in.decimal(section + "beta2", Interval.DECAY),
        in.decimal(section + "epsilon", Interval.POSITIVE_SHARE));
  }

  private GradientPenalty gradientPenalty() {
    return new GradientPenalty(
        in.decimal("training.gradient-penalty.weight", WEIGHT),
        in.decimal("training.gradient-penalty.centre", Interval.closed(0, 1e6)),
        in.integer("training.gradient-penalty.every", 1, 1_000_000),
        in.oneOf("training.gradient-penalty.images", PenalisedImages.class));
  }
}
