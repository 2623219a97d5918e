package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;

/**
 * A term that is added to a network's loss in some of its steps, computed by programs of its own
 * (lazy regularisation, Karras et al., "Analyzing and improving the image quality of StyleGAN",
 * 2020, section 3.1).
 */
public interface Penalty {
  /** Its name in the journal, in snake_case, e.g. {@code gradient_penalty}. */
  String name();

  /**
   * Whether it is computed in a step of its network.
   *
   * @param update how many steps the network has had in the whole run, before this one
   */
  boolean isDue(long update);

  /**
   * Loads one micro-batch after the other, writes its gradients where the context of the penalty
   * bound them, and adds them.
   *
   * @param seed of what it draws
   * @param step number of the iteration, from 1
   * @return the penalty of the whole step, as it counts
   */
  double run(long seed, long step, MicroBatches batches);

  /**
   * Has what its programs do not hold of other settings from the next run on, such as its weight.
   */
  void adopt(TrainingSettings settings);

  /** Off-heap bytes that its programs themselves hold. */
  long plannedBytes();
}
