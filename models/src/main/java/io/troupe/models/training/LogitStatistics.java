package io.troupe.models.training;

import java.nio.FloatBuffer;

/** How well a discriminator told real pictures from generated ones, over the passes of a step. */
final class LogitStatistics {
  private long count;
  private long right;
  private double mean;
  private double squares;

  /**
   * Adds those of a pass.
   *
   * @param logits of generated pictures, and then of as many real ones
   */
  void add(FloatBuffer logits) {
    int fakes = logits.capacity() / 2;
    for (int i = 0; i < logits.capacity(); i++) {
      double logit = logits.get(i);
      if (i < fakes ? logit < 0 : logit > 0) {
        right++;
      }
      // Welford's sums: logits may be far from zero and yet close to one another.
      count++;
      double distance = logit - mean;
      mean += distance / count;
      squares += distance * (logit - mean);
    }
  }

  /** The share of logits with the right sign, in [0, 1]. */
  double accuracy() {
    return (double) right / count;
  }

  /** The standard deviation of all logits. */
  double deviation() {
    return Math.sqrt(squares / count);
  }
}
