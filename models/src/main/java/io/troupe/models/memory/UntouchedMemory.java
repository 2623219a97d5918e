package io.troupe.models.memory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for arrays of one type, whose elements are undefined. The machine gives it where it is
 * first written to: until then it is not in use. ND4J's own arrays are filled with zeros when they
 * are made. For kernels that compute on the host, with the CPU's backend only.
 */
public final class UntouchedMemory implements AutoCloseable {
  /** ND4J's buffers have less than this; so memory that has more is behind several of them. */
  private static final long MOST_IN_A_BUFFER = Integer.MAX_VALUE - 1;

  private final DataType type;
  private final long length;
  private final Pointer memory;
  private final Map<Long, INDArray> buffers = new HashMap<>();

  /**
   * Memory for some elements.
   *
   * @throws OutOfMemoryError if the machine has no addresses for so many bytes
   */
  public UntouchedMemory(DataType type, long length) {
    this.type = type;
    this.length = length;
    long bytes = length * type.width();
    memory = Pointer.malloc(bytes);
    if (memory == null || memory.isNull()) {
      throw new OutOfMemoryError("%d bytes outside the heap cannot be had".formatted(bytes));
    }
    memory.capacity(bytes);
  }

  /** Where it begins. */
  public long address() {
    return memory.address();
  }

  /**
   * An array in it, to be used only while this is reachable and open.
   *
   * @param order of its elements, {@code c} or {@code f}
   * @param offset of the first, in elements
   */
  public INDArray array(long[] shape, char order, long offset) {
    long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    long start = offset - offset % MOST_IN_A_BUFFER;
    if (offset + count > start + MOST_IN_A_BUFFER) {
      // Across the end of a buffer: behind one of its own.
      start = offset;
    }
    return HostArray.view(
        buffers.computeIfAbsent(start, this::buffer), shape, order, offset - start);
  }

  private INDArray buffer(long start) {
    long elements = Math.min(MOST_IN_A_BUFFER, length - start);
    Pointer part = new BytePointer(memory).getPointer(start * type.width());
    part.capacity(elements * type.width());
    return Nd4j.create(Nd4j.createBuffer(part, elements, type));
  }

  @Override
  public void close() {
    buffers.values().forEach(INDArray::close);
    Pointer.free(memory);
  }
}
