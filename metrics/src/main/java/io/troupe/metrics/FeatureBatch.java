package io.troupe.metrics;

import java.util.Arrays;

/**
 * Features, logits and labels of consecutive images.
 *
 * <p>The arrays are the caller's: gatherers read them and keep none. What follows the first {@code
 * count} rows means nothing.
 */
public final class FeatureBatch {
  private final int first;
  private final int count;
  private final int dimension;
  private final float[] features;
  private final float[] logits;
  private final int[] labels;
  private final float[][] vectors;

  /**
   * Of arrays that stay the caller's.
   *
   * @param dimension features of an image
   */
  public FeatureBatch(
      int first, int count, int dimension, float[] features, float[] logits, int... labels) {
    this.first = first;
    this.count = count;
    this.dimension = dimension;
    this.features = features;
    this.logits = logits;
    this.labels = labels;
    vectors = new float[count][];
  }

  /** The number of the first image, from 0. */
  public int first() {
    return first;
  }

  /** How many images. */
  public int count() {
    return count;
  }

  /** Rows of features. */
  public float[] features() {
    return features;
  }

  /** Rows of logits; of any length if the extractor has no classifier. */
  public float[] logits() {
    return logits;
  }

  /** The class of each image. */
  public int[] labels() {
    return labels;
  }

  /** A copy of a row of features, to be kept; the same for all who ask. */
  public float[] vector(int row) {
    if (vectors[row] == null) {
      vectors[row] = Arrays.copyOfRange(features, row * dimension, (row + 1) * dimension);
    }
    return vectors[row];
  }
}
