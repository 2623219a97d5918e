package io.troupe.models.memory;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The only place where elements of ND4J's arrays are reached from the host's side. Each access says
 * that it reads or changes the host's copy, so that an engine that keeps a copy in memory of its
 * own ({@link EngineCopies}), or a backend whose arrays lie on another device, copies what is newer
 * there, and later what is newer here. Without such a copy that costs nothing.
 */
public final class HostArray {
  private HostArray() {}

  /** The elements are about to be read here: what a device has computed is fetched. */
  static void fetch(INDArray array) {
    EngineCopy copy = EngineCopies.of(array);
    if (copy != null) {
      copy.fetch();
    }
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
  }

  /**
   * The elements are about to be changed here: from now on, until the next operation on the array,
   * the host's copy counts.
   */
  public static void claim(INDArray array) {
    fetch(array);
    EngineCopy copy = EngineCopies.of(array);
    if (copy != null) {
      copy.supersede();
    }
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  /**
   * The memory of an array that has a buffer of its own.
   *
   * @throws IllegalArgumentException if it is no such array, or not of floats
   */
  static FloatBuffer floats(INDArray array) {
    if (array.dataType() != DataType.FLOAT
        || array.offset() != 0
        || array.length() != array.data().length()) {
      throw new IllegalArgumentException(
          "not floats in a buffer of their own: %s %s"
              .formatted(array.dataType(), Arrays.toString(array.shape())));
    }
    return array.data().asNioFloat();
  }

  /** The first element, of a scalar the only one. */
  public static double first(INDArray array) {
    fetch(array);
    return array.getDouble(0);
  }

  /** All elements in C order, as a copy. */
  public static float[] copy(INDArray array) {
    fetch(array);
    try (INDArray copy = array.dup('c')) {
      return copy.data().asFloat();
    }
  }

  /** All elements in C order, as integers. */
  public static int[] integers(INDArray array) {
    fetch(array);
    return array.toIntVector();
  }

  /**
   * Sets elements of an array of any type that has a buffer of its own.
   *
   * @param start of the first in the array's order
   */
  public static void set(INDArray array, long start, double[] values) {
    claim(array);
    DataBuffer memory = array.data();
    for (int i = 0; i < values.length; i++) {
      memory.put(start + i, values[i]);
    }
  }

  /**
   * Sets one element of an array of any type that has a buffer of its own.
   *
   * @param index in the array's order
   */
  public static void set(INDArray array, long index, double value) {
    claim(array);
    array.data().put(index, value);
  }

  /** Sets all elements of an array of any type that has a buffer of its own. */
  public static void fill(INDArray array, double value) {
    claim(array);
    DataBuffer memory = array.data();
    for (long i = 0; i < array.length(); i++) {
      memory.put(i, value);
    }
  }

  /** Copies the index-th part of an array of floats to one that is as long as the part. */
  public static void takePart(INDArray part, INDArray whole, int index) {
    copy(whole, index * part.length(), part, 0, part.length());
  }

  /**
   * Copies floats between arrays that have buffers of their own, where the newer ones are: in an
   * engine's memory, or here.
   *
   * @param from the first in the source
   * @param to the first in the target
   */
  static void copy(INDArray source, long from, INDArray target, long to, long count) {
    EngineCopy copy = EngineCopies.of(source);
    if (copy != null && copy.isCurrent() && isWithin(copy, target)) {
      EngineCopy other = EngineCopies.of(target);
      copy.copyTo(
          other == null ? EngineCopies.hold(target, copy::of).copy() : other, from, to, count);
      return;
    }
    fetch(source);
    claim(target);
    floats(target)
        .put(Math.toIntExact(to), floats(source), Math.toIntExact(from), Math.toIntExact(count));
  }

  /** Whether no copy of an array is by another engine, from which it would go by the host. */
  private static boolean isWithin(EngineCopy copy, INDArray target) {
    EngineCopy other = EngineCopies.of(target);
    return other == null || copy.isBeside(other);
  }

  /** An array becomes a copy of another one; both have buffers of their own. */
  static void assign(INDArray target, INDArray source) {
    EngineCopy present = EngineCopies.of(target);
    EngineCopy newer = EngineCopies.of(source);
    if (newer != null && newer.isCurrent() && isWithin(newer, target)) {
      copy(source, 0, target, 0, source.length());
      return;
    }
    fetch(source);
    if (present != null) {
      // All is overwritten: nothing has to be fetched.
      present.supersede();
    }
    target.assign(source);
  }

  /** Before an array with a buffer of its own is closed. */
  static void forget(INDArray array) {
    EngineCopies.forget(array);
  }

  /**
   * Where an array begins, for kernels that compute on the host. They are used on the CPU's backend
   * only, where no other device has to be told.
   */
  public static long address(INDArray array) {
    return buffer(array) + array.offset() * array.dataType().width();
  }

  /** Where the buffer begins that an array is a part of, or all. */
  public static long buffer(INDArray array) {
    return array.data().address();
  }

  /** How many elements that buffer has. */
  public static long bufferLength(INDArray array) {
    return array.data().underlyingLength();
  }

  /** Bytes of a buffer that is no part of another one, until it is closed; 0 of all else. */
  static long openBytes(Object object) {
    return object instanceof DataBuffer buffer
            && buffer.originalDataBuffer() == null
            && !buffer.wasClosed()
        ? buffer.length() * buffer.getElementSize()
        : 0;
  }

  /** An array on a part of another's buffer. */
  public static INDArray view(INDArray memory, long[] shape, char order, long offset) {
    return Nd4j.create(memory.data(), shape, Nd4j.getStrides(shape, order), offset, order);
  }
}
