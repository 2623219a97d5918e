package io.troupe.metrics;

import java.util.Arrays;

/** Feature vectors, float32 on the heap. Filled by one thread and then shared unchanged. */
public final class FeatureRows {
  private final int dimension;
  private final float[][] rows;
  private int size;

  FeatureRows(int capacity, int dimension) {
    this.dimension = dimension;
    rows = new float[capacity][];
  }

  /** Bytes of so many vectors, with Java's overhead. */
  static long bytes(int rows, int dimension) {
    return rows * (4L * dimension + 24);
  }

  /** Adds a copy of the vector that starts at an index of an array. */
  void add(float[] from, int start) {
    add(Arrays.copyOfRange(from, start, start + dimension));
  }

  /** Adds a vector itself, which does not change any more. */
  void add(float... vector) {
    rows[size++] = vector;
  }

  /** How many vectors there are. */
  public int size() {
    return size;
  }

  /** The length of a vector. */
  public int dimension() {
    return dimension;
  }

  /** A vector itself, not to be written to. */
  public float[] row(int index) {
    return rows[index];
  }

  /** Some of the vectors, which are shared. */
  FeatureRows select(int... indices) {
    FeatureRows selected = new FeatureRows(indices.length, dimension);
    for (int index : indices) {
      selected.rows[selected.size++] = rows[index];
    }
    return selected;
  }
}
