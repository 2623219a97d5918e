package io.troupe.models.kernels;

import java.util.Optional;
import org.bytedeco.dnnl.memory;

/**
 * Products of matrices that are one step of a {@link TileConvolution}: result = left right, for
 * each index of the axes before the last two.
 *
 * @param left the same matrix everywhere, or the transformed filters
 */
record TileStep(Optional<TileAxis.Matrix> left, Array right, Array result) {
  /** Memory that a step reads or writes. */
  enum Place {
    PICTURES,
    /** Points along the height only, where both axes are divided into tiles. */
    LIFTED_LINES,
    POINTS,
    PRODUCTS,
    /** Results along the width, still points along the height, where both are divided. */
    LOWERED_LINES,
    RESULTS
  }

  /** A part of a place, as an array whose last axis is dense. */
  static final class Array {
    private final Place place;
    private final long offset;
    private final long[] sizes;
    private final long[] strides;

    private Array(Place place, long offset, long[] sizes, long[] strides) {
      this.place = place;
      this.offset = offset;
      this.sizes = sizes;
      this.strides = strides;
    }

    /** Many matrices, one after the other. */
    static Array dense(Place place, long count, long rows, long columns) {
      return new Array(
          place, 0, new long[] {count, rows, columns}, new long[] {rows * columns, columns, 1});
    }

    /**
     * Matrices at any distances.
     *
     * <p>They get one more axis of size 1: where the largest stride is as many times the smallest
     * as there are matrices, oneDNN 3.11 takes them to lie one after the other.
     *
     * @param sizesAndStrides in turn, without the last axis' stride
     */
    static Array strided(Place place, long offset, long... sizesAndStrides) {
      int axes = (sizesAndStrides.length + 1) / 2;
      long[] sizes = new long[axes + 1];
      long[] strides = new long[axes + 1];
      long count = 1;
      long most = 1;
      for (int i = 0; i < axes; i++) {
        sizes[i + 1] = sizesAndStrides[2 * i];
        strides[i + 1] = i < axes - 1 ? sizesAndStrides[2 * i + 1] : 1;
        count *= i < axes - 2 ? sizes[i + 1] : 1;
        most = Math.max(most, strides[i + 1]);
      }
      sizes[0] = 1;
      strides[0] = (count + 1) * most;
      return new Array(place, offset, sizes, strides);
    }

    Place place() {
      return place;
    }

    /** Floats before the first element. */
    long offset() {
      return offset;
    }

    long[] sizes() {
      return sizes;
    }

    /** The array as oneDNN takes it. */
    memory.desc layout(OneDnn oneDnn) {
      return oneDnn.layout(sizes, strides);
    }
  }
}
