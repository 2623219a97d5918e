package io.troupe.metrics;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Some feature vectors of many, and the classes of their pictures, for a plot: a random draw of at
 * most {@link #MOST}, the same in every process. Not thread-safe.
 */
public final class FeatureSample {
  /** How many vectors are kept at most. */
  public static final int MOST = 1000;

  private final BitSet drawn;
  private final FeatureRows rows;
  private final int[] labels;
  private int seen;

  /**
   * A sample of nothing yet.
   *
   * @param dimension length of a feature vector
   * @param total how many vectors will be shown
   */
  public FeatureSample(int dimension, int total) {
    int size = Math.min(MOST, total);
    drawn = new BitSet(total);
    Arrays.stream(RandomOrder.draw(size, total, RandomOrder.Use.PLOTTED_ROWS, 0))
        .forEach(drawn::set);
    rows = new FeatureRows(size, dimension);
    labels = new int[size];
  }

  /**
   * Keeps those of some vectors that are drawn.
   *
   * @param features rows of features, of which the first {@code count} are read
   * @param batchLabels the class of each
   */
  public void add(float[] features, int[] batchLabels, int count) {
    for (int i = 0; i < count; i++) {
      if (drawn.get(seen++)) {
        labels[rows.size()] = batchLabels[i];
        rows.add(features, i * rows.dimension());
      }
    }
  }

  /** The number of vectors kept. */
  public int size() {
    return rows.size();
  }

  /** A vector itself, not to be written to. */
  public float[] vector(int index) {
    return rows.row(index);
  }

  /** The class of a vector's picture. */
  public int label(int index) {
    return labels[index];
  }
}
