package io.troupe.metrics.cifar;

/**
 * The share of images whose largest logit is that of their own class. Where logits are equal the
 * first counts as the largest. Not thread-safe.
 */
public final class ClassificationAccuracy {
  private long right;
  private long count;

  /**
   * Adds images.
   *
   * @param logits rows of logits, of which the first {@code images} are read
   * @param classes length of a row
   * @param labels the class of each image, from 0
   */
  public void add(float[] logits, int classes, int[] labels, int images) {
    for (int row = 0; row < images; row++) {
      add(logits, row * classes, classes, labels[row]);
    }
  }

  private void add(float[] logits, int offset, int classes, int label) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
      if (logits[offset + i] > logits[offset + best]) {
        best = i;
      }
    }
    right += best == label ? 1 : 0;
    count++;
  }

  /** Images added. */
  public long count() {
    return count;
  }

  /** In [0, 1]; NaN if no image was added. */
  public double value() {
    return (double) right / count;
  }
}
