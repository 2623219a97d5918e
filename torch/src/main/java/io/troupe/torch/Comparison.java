package io.troupe.torch;

/** How far arrays are from what they should be. */
final class Comparison {
  private Comparison() {}

  /** Root mean square. */
  static double size(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / Math.max(1, values.length));
  }

  /** Root mean square of the difference; not a number if one of them is none. */
  static double distance(float[] expected, float[] found) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = (double) expected[i] - found[i];
      sum += difference * difference;
    }
    return Math.sqrt(sum / Math.max(1, expected.length));
  }

  /** Root mean square of the difference, as a share of what is expected; of nothing, of 1. */
  static double relative(float[] expected, float[] found) {
    double size = size(expected);
    return distance(expected, found) / (size == 0 ? 1 : size);
  }

  /**
   * The largest difference, as a share of the largest number of some; not a number if one is none.
   */
  static double worst(float[] expected, float[] found, float[] sizes) {
    double scale = 1e-30;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(sizes[i]));
      double difference = Math.abs((double) expected[i] - found[i]);
      worst = Double.isNaN(difference) ? difference : Math.max(worst, difference);
      if (Double.isNaN(worst)) {
        return worst;
      }
    }
    return worst / scale;
  }
}
