package io.troupe.torch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a tensor lies in a slot.
 *
 * @param strides elements from one index to the next, for each axis; 0 repeats
 * @param offset elements from the slot's first
 */
record Place(Slot slot, List<Long> shape, List<Long> strides, long offset) {
  /** All of a slot, the last axis fastest. */
  static Place dense(Slot slot, List<Long> shape) {
    return new Place(slot, shape, denseStrides(shape), 0);
  }

  /** An array in its own layout. */
  static Place of(INDArray array) {
    return of(array, false);
  }

  /** As {@link #of(INDArray)}, of an array that perhaps no run changes. */
  static Place of(INDArray array, boolean constant) {
    return new Place(Slot.of(array, constant), list(array.shape()), list(array.stride()), 0);
  }

  static List<Long> list(long... numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  private static List<Long> denseStrides(List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long next = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = next;
      next *= shape.get(i);
    }
    return Arrays.asList(strides);
  }

  int rank() {
    return shape.size();
  }

  long size(int axis) {
    return shape.get(axis);
  }

  long length() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** Whether its elements lie one after the other, the last axis fastest. */
  boolean isDense() {
    List<Long> dense = denseStrides(shape);
    for (int i = 0; i < shape.size(); i++) {
      if (shape.get(i) != 1 && !strides.get(i).equals(dense.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is all of its slot, one element after the other. */
  boolean isWhole() {
    return offset == 0 && length() == slot.length() && isDense();
  }

  /** The same elements of a dense place under another shape. */
  Place reshaped(List<Long> other) {
    if (!isDense()) {
      throw new IllegalStateException("a view of other shape needs elements that lie in order");
    }
    return new Place(slot, other, denseStrides(other), offset);
  }

  /** With axes in another order: new axis i is old axis {@code axes[i]}. */
  Place permuted(int... axes) {
    return new Place(
        slot,
        Arrays.stream(axes).mapToObj(shape::get).toList(),
        Arrays.stream(axes).mapToObj(strides::get).toList(),
        offset);
  }

  /** The last two axes exchanged. */
  Place transposed() {
    int[] axes = new int[rank()];
    Arrays.setAll(axes, i -> i);
    axes[rank() - 1] = rank() - 2;
    axes[rank() - 2] = rank() - 1;
    return permuted(axes);
  }

  /** A channels-last stack of pictures as ATen sees it, [N, C, H, W]. */
  Place channelsSecond() {
    return permuted(0, 3, 1, 2);
  }

  /** A part of an axis. */
  Place part(int axis, long start, long count) {
    Long[] sizes = shape.toArray(Long[]::new);
    sizes[axis] = count;
    return new Place(slot, Arrays.asList(sizes), strides, offset + start * strides.get(axis));
  }

  /** Repeated along axes of length 1 and new first axes, as far as needed for another shape. */
  Place spreadTo(List<Long> other) {
    Long[] spread = new Long[other.size()];
    int added = other.size() - rank();
    for (int i = 0; i < spread.length; i++) {
      boolean repeats = i < added || (size(i - added) == 1 && other.get(i) != 1);
      if (!repeats && size(i - added) != other.get(i)) {
        throw new IllegalStateException(shape + " does not spread to " + other);
      }
      spread[i] = repeats ? 0L : strides.get(i - added);
    }
    return new Place(slot, other, Arrays.asList(spread), offset);
  }

  long[] sizes() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  long[] steps() {
    return strides.stream().mapToLong(Long::longValue).toArray();
  }
}
