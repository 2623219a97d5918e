package io.troupe.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the images of a class are from one another: the root of the mean squared distance between
 * the features of two different images, over all pairs. It needs a mean for each class, and no
 * images. Not thread-safe.
 */
public final class ClassDiversity {
  private final int dimension;
  private final long[] counts;
  private final double[] squares;
  private final double[] sums;

  /**
   * Of no images yet.
   *
   * @param classes how many
   * @param dimension length of a feature vector
   */
  public ClassDiversity(int classes, int dimension) {
    this.dimension = dimension;
    counts = new long[classes];
    squares = new double[classes];
    sums = new double[Math.multiplyExact(classes, dimension)];
  }

  /** Bytes that it holds. */
  public static long bytes(int classes, int dimension) {
    return (long) Double.BYTES * classes * (dimension + 2L);
  }

  /**
   * Adds images.
   *
   * @param features row by row; what follows the first {@code rows} is not read, here and below
   * @param labels the class of each image
   */
  public void add(float[] features, int[] labels, int rows) {
    for (int row = 0; row < rows; row++) {
      int label = labels[row];
      int start = label * dimension;
      double square = 0;
      for (int i = 0; i < dimension; i++) {
        double feature = features[row * dimension + i];
        sums[start + i] += feature;
        square += feature * feature;
      }
      squares[label] += square;
      counts[label]++;
    }
  }

  /** The diversity of each class; not a number if it has fewer than two images. */
  public List<Double> values() {
    List<Double> values = new ArrayList<>(counts.length);
    for (int label = 0; label < counts.length; label++) {
      long count = counts[label];
      double squareOfMean = 0;
      for (int i = 0; i < dimension; i++) {
        double mean = sums[label * dimension + i] / count;
        squareOfMean += mean * mean;
      }
      double variance = Math.max(0, squares[label] / count - squareOfMean);
      values.add(count < 2 ? Double.NaN : Math.sqrt(2 * variance * ((double) count / (count - 1))));
    }
    return values;
  }
}
