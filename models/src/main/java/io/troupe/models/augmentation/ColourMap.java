package io.troupe.models.augmentation;

/**
 * A linear map of colours (red, green, blue) and a colour that is added. At first it changes
 * nothing; each change is one of what the changes before it have made.
 */
final class ColourMap {
  private static final int RGB = 3;
  private static final double THIRD = 1.0 / RGB;

  private double[][] matrix = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  private final double[] light = new double[RGB];

  /** Adds a grey. */
  void brighten(double by) {
    for (int i = 0; i < RGB; i++) {
      light[i] += by;
    }
  }

  /** Multiplies all. */
  void scale(double factor) {
    change(0, factor);
  }

  /** Mirrors what is grey of colours at black. */
  void invertLuma() {
    change(-2 * THIRD, 1);
  }

  /** Multiplies what is not grey of colours. */
  void saturate(double factor) {
    change((1 - factor) * THIRD, factor);
  }

  /** Turns colours around grey. */
  void turnHue(double angle) {
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle) * Math.sqrt(THIRD);
    double grey = (1 - cosine) * THIRD;
    change(
        new double[][] {
          {grey + cosine, grey - sine, grey + sine},
          {grey + sine, grey + cosine, grey - sine},
          {grey - sine, grey + sine, grey + cosine}
        });
  }

  /** By a matrix of equal numbers and others added on its diagonal. */
  private void change(double all, double diagonal) {
    change(
        new double[][] {
          {all + diagonal, all, all}, {all, all + diagonal, all}, {all, all, all + diagonal}
        });
  }

  private void change(double[][] by) {
    double[][] product = new double[RGB][RGB];
    double[] changed = new double[RGB];
    for (int i = 0; i < RGB; i++) {
      for (int k = 0; k < RGB; k++) {
        changed[i] += by[i][k] * light[k];
        for (int j = 0; j < RGB; j++) {
          product[i][j] += by[i][k] * matrix[k][j];
        }
      }
    }
    matrix = product;
    System.arraycopy(changed, 0, light, 0, RGB);
  }

  /**
   * By what a row of channels is multiplied, row by row; of one channel what the mean of the
   * colours that are made of a grey is of that grey.
   */
  double[] matrix(int channels) {
    double[] numbers = new double[channels * channels];
    for (int from = 0; from < RGB; from++) {
      for (int to = 0; to < RGB; to++) {
        if (channels == RGB) {
          numbers[from * RGB + to] = matrix[to][from];
        } else {
          numbers[0] += matrix[to][from] * THIRD;
        }
      }
    }
    return numbers;
  }

  /** What is added to each channel. */
  double[] light(int channels) {
    return channels == RGB
        ? light.clone()
        : new double[] {(light[0] + light[1] + light[2]) * THIRD};
  }
}
