package io.troupe.metrics.cifar;

/**
 * The share of pictures whose largest logit is that of their own class. Where logits are equal the
 * first counts as the largest. Not thread-safe.
 */
public final class ClassificationAccuracy {
  private long right;
  private long count;

  /**
   * Adds a picture.
   *
   * @param logits holds the picture's logits
   * @param offset where they start
   * @param classes how many there are
   * @param label the picture's class, from 0
   */
  public void add(float[] logits, int offset, int classes, int label) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      if (logits[offset + i] > logits[offset + best]) {
        best = i;
      }
    }
    right += best == label ? 1 : 0;
    count++;
  }

  /** Pictures added. */
  public long count() {
    return count;
  }

  /** In [0, 1]; NaN if no picture was added. */
  public double value() {
    return (double) right / count;
  }
}
