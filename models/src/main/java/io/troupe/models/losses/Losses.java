package io.troupe.models.losses;

import io.troupe.config.RunSettings;

/** The losses that settings can name. */
public final class Losses {
  private Losses() {}

  /** The loss of a name. */
  public static AdversarialLoss of(RunSettings.Loss name) {
    return switch (name) {
      case HINGE -> new HingeLoss();
      case LOGISTIC -> new LogisticLoss();
    };
  }
}
