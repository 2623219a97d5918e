package io.troupe.metrics.inception;

import java.io.IOException;
import java.util.List;

/** A tensor of a file, its elements in the order of rows. */
final class Tensor {
  /** About twice what the largest of the network has. */
  private static final long MOST_ELEMENTS = 4_000_000;

  private final List<Long> shape;
  private final float[] values;

  Tensor(List<Long> shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  List<Long> shape() {
    return shape;
  }

  /** The elements themselves. */
  float[] values() {
    return values;
  }

  /**
   * Number of elements of a shape.
   *
   * @throws IOException if there are more than any weights of a network have
   */
  static long length(String name, List<Long> shape) throws IOException {
    long length = 1;
    for (long size : shape) {
      if (size < 1 || size > MOST_ELEMENTS || length * size > MOST_ELEMENTS) {
        throw new IOException("tensor %s has the impossible shape %s".formatted(name, shape));
      }
      length *= size;
    }
    return length;
  }
}
