package io.troupe.models.memory;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An array whose elements are undefined, and whose memory the machine gives where it is first
 * written to: until then it is not in use. ND4J's own arrays are filled with zeros when they are
 * made. For kernels that compute on the host, with the CPU's backend only.
 */
public final class UntouchedArray implements AutoCloseable {
  private final Pointer memory;
  private final INDArray array;

  /**
   * An array with one dimension.
   *
   * @throws OutOfMemoryError if the machine has no addresses for so many bytes
   */
  public UntouchedArray(DataType type, long length) {
    long bytes = length * type.width();
    memory = Pointer.malloc(bytes);
    if (memory == null || memory.isNull()) {
      throw new OutOfMemoryError("%d bytes cannot be had".formatted(bytes));
    }
    memory.capacity(bytes);
    array = Nd4j.create(Nd4j.createBuffer(memory, length, type));
  }

  /** The array; it is used only while this is reachable and open. */
  public INDArray array() {
    return array;
  }

  @Override
  public void close() {
    array.close();
    Pointer.free(memory);
  }
}
