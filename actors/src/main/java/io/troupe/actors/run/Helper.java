package io.troupe.actors.run;

import java.util.Locale;

/** What works beside training and may fail without ending it. */
public enum Helper {
  JOURNAL,
  CHECKPOINTER,
  /** The checkpointer, where it keeps the best file. */
  BEST_CHECKPOINT,
  /** The checkpointer, where it removes older files. */
  CHECKPOINT_REMOVAL,
  EVALUATOR,
  /** The evaluator, where it draws features of real and generated pictures. */
  FEATURE_PLOT,
  SAMPLER,
  PLOTTER,
  TENSORBOARD;

  /** The name in lower case with hyphens, as faces show it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
