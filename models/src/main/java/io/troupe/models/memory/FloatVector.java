package io.troupe.models.memory;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Floats that lie one after the other off-heap: the values of a network, or images. Whoever made
 * one closes it. Not thread-safe, except that several threads may write different parts.
 */
public final class FloatVector implements AutoCloseable {
  private final INDArray array;
  private final FloatBuffer values;
  private final FloatBuffer readOnly;

  /** The floats of an array with a buffer of its own, which is closed with this. */
  public FloatVector(INDArray array) {
    this.array = array;
    values = HostArray.floats(array);
    readOnly = values.asReadOnlyBuffer();
  }

  /** Zeros; the array has a shape. */
  public static FloatVector zeros(long... shape) {
    return new FloatVector(Nd4j.create(DataType.FLOAT, shape));
  }

  /** How many floats. */
  public int length() {
    return values.capacity();
  }

  /** All floats as they are now; good until the next operation on them. */
  public FloatBuffer read() {
    HostArray.fetch(array);
    return readOnly;
  }

  /** All floats, to be read and changed before the next operation on them. */
  public FloatBuffer write() {
    HostArray.claim(array);
    return values;
  }

  /** Becomes a copy of another vector of the same length. */
  public void assign(FloatVector other) {
    HostArray.assign(array, other.array);
  }

  /** Becomes a copy of the index-th part of a vector that is several times as long. */
  public void takePart(FloatVector whole, int index) {
    HostArray.takePart(array, whole.array, index);
  }

  /** Copies this to the index-th part of a vector that is several times as long. */
  public void putPart(FloatVector whole, int index) {
    HostArray.copy(array, 0, whole.array, (long) index * length(), length());
  }

  /** A copy of its own. */
  public FloatVector copy() {
    HostArray.fetch(array);
    return new FloatVector(array.dup());
  }

  /** Zeros of the same shape. */
  public FloatVector like() {
    return zeros(array.shape());
  }

  /** The same memory, for operations. */
  public INDArray array() {
    return array;
  }

  @Override
  public void close() {
    HostArray.forget(array);
    array.close();
  }
}
