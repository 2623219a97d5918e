package io.troupe.models.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A tensor of a file. */
public final class StoredTensor {
  private final Storage storage;
  private final long offset;
  private final List<Long> shape;
  private final List<Long> strides;

  StoredTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {
    this.storage = storage;
    this.offset = offset;
    this.shape = List.copyOf(shape);
    this.strides = List.copyOf(strides);
  }

  /** A tensor whose elements lie in the order of rows. */
  static StoredTensor contiguous(Storage storage, List<Long> shape) {
    Long[] strides = new Long[shape.size()];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape.get(i);
    }
    return new StoredTensor(storage, 0, shape, List.of(strides));
  }

  /** Type of its numbers. */
  public StoredType type() {
    return storage.type();
  }

  /** Its size in each dimension; none for a single number. */
  public List<Long> shape() {
    return shape;
  }

  /**
   * Its elements, those of the last dimension fastest.
   *
   * @throws IOException if they cannot be read, or the file does not hold as many
   */
  public float[] values() throws IOException {
    int size = storage.type().bytes();
    Content content = storage.content();
    long stored = content == null ? 0 : content.length() / size;
    long span = span(stored);
    ByteBuffer numbers =
        ByteBuffer.allocate(Math.toIntExact(span * size)).order(ByteOrder.LITTLE_ENDIAN);
    if (span > 0) {
      content.read(offset * size, numbers);
    }
    float[] values = new float[(int) length()];
    long[] index = new long[shape.size()];
    long at = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = storage.type().value(numbers, (int) at * size);
      for (int d = index.length - 1; d >= 0; d--) {
        at += strides.get(d);
        if (++index[d] < shape.get(d)) {
          break;
        }
        at -= index[d] * strides.get(d);
        index[d] = 0;
      }
    }
    return values;
  }

  /** Number of elements. */
  public long length() {
    return shape.stream().reduce(1L, (a, b) -> a * b);
  }

  /** How many numbers of the storage lie between its first and its last; all must be there. */
  private long span(long stored) throws IOException {
    long most = Math.min(stored, Integer.MAX_VALUE / Long.BYTES);
    long length = 1;
    long last = 0;
    boolean possible = strides.size() == shape.size() && offset >= 0 && offset <= stored;
    for (int d = 0; d < shape.size() && possible; d++) {
      long size = shape.get(d);
      long stride = strides.get(d);
      possible =
          size >= 0
              && stride >= 0
              && size <= most
              && stride <= Integer.MAX_VALUE
              && length * size <= most;
      length = possible ? length * size : length;
      last += possible ? Math.max(0, size - 1) * stride : 0;
    }
    if (!possible
        || length > most
        || last >= most
        || offset + (length == 0 ? 0 : last + 1) > stored) {
      throw new IOException(
          "its shape is %s, with strides %s from number %d on, and its storage %s has %d numbers"
              .formatted(shape, strides, offset, storage.key(), stored));
    }
    return length == 0 ? 0 : last + 1;
  }
}
