package io.troupe.metrics;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Some feature vectors of many, and the classes of their images, for a plot: a random draw, the
 * same in every process. Not thread-safe.
 */
public final class FeatureSample {
  private final BitSet drawn;
  private final FeatureRows rows;
  private final int[] labels;
  private int seen;

  /**
   * A sample of nothing yet.
   *
   * @param dimension length of a feature vector
   * @param total how many vectors will be shown
   * @param most how many are kept at most
   */
  public FeatureSample(int dimension, int total, int most) {
    int size = Math.min(most, total);
    drawn = new BitSet(total);
    Arrays.stream(draw(total, most)).forEach(drawn::set);
    rows = new FeatureRows(size, dimension);
    labels = new int[size];
  }

  /** Which of some vectors are kept, in ascending order. */
  public static int[] draw(int total, int most) {
    int[] drawn = RandomOrder.draw(Math.min(most, total), total, RandomOrder.Use.PLOTTED_ROWS);
    Arrays.sort(drawn);
    return drawn;
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

  /** Bytes of so many vectors. */
  public static long bytes(int vectors, int dimension) {
    return FeatureRows.bytes(vectors, dimension);
  }

  /** The number of vectors kept. */
  public int size() {
    return rows.size();
  }

  /** A vector itself, not to be written to. */
  public float[] vector(int index) {
    return rows.row(index);
  }

  /** The class of a vector's image. */
  public int label(int index) {
    return labels[index];
  }
}
