package io.troupe.models.training;

import io.troupe.config.TrainingSettings;

/**
 * How probable the augmentations of adaptive discriminator augmentation are (Karras et al.,
 * "Training generative adversarial networks with limited data", 2020, section 3.2): more, if the
 * discriminator is surer of real images than is wanted, and else less. A fixed number where nothing
 * is wanted.
 */
final class AdaptiveProbability {
  private TrainingSettings.Ada settings;
  private TrainingState.Adaptation state = TrainingState.Adaptation.START;

  AdaptiveProbability(TrainingSettings.Ada settings) {
    this.settings = settings;
  }

  /** Has other settings from now on. */
  void adopt(TrainingSettings.Ada changed) {
    settings = changed;
  }

  /** The probability at present; may be above 1, as published. */
  double value() {
    return settings.isAdaptive() ? state.probability() : settings.probability();
  }

  /**
   * Takes what the discriminator said of real images.
   *
   * @param signs how many logits were above 0, less those below
   * @param images how many there were
   */
  void judged(double signs, int images) {
    if (settings.isAdaptive()) {
      state =
          new TrainingState.Adaptation(
              state.probability(), state.signs() + Math.round(signs), state.images() + images);
    }
  }

  /** After an iteration: changes the probability if it is time. */
  void stepDone(long step) {
    if (settings.isAdaptive() && step % settings.every() == 0 && state.images() > 0) {
      double mean = (double) state.signs() / state.images();
      double change = (double) state.images() / settings.images();
      double changed = state.probability() + Math.signum(mean - settings.target()) * change;
      state = new TrainingState.Adaptation(Math.max(0, changed), 0, 0);
    }
  }

  /** Where it is. */
  TrainingState.Adaptation state() {
    return state;
  }

  /** Goes on from there. */
  void restore(TrainingState.Adaptation from) {
    state = from;
  }
}
