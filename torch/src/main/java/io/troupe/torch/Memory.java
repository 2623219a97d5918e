package io.troupe.torch;

import io.troupe.models.memory.HostArray;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where arrays lie off-heap. */
final class Memory {
  private Memory() {}

  /** Memory that others own. */
  private static final class At extends Pointer {
    At(long where) {
      address = where;
    }
  }

  /** Its first byte. */
  static long start(INDArray array) {
    return HostArray.address(array);
  }

  /** The byte after its last. */
  static long end(INDArray array) {
    long last = 0;
    for (int i = 0; i < array.rank(); i++) {
      last += (array.size(i) - 1) * array.stride(i);
    }
    return start(array) + (last + 1) * array.dataType().width();
  }

  /** Elements from its first to its last. */
  static long span(INDArray array) {
    return (end(array) - start(array)) / array.dataType().width();
  }

  /** Whether two arrays share memory. */
  static boolean overlap(INDArray a, INDArray b) {
    return start(a) < end(b) && start(b) < end(a);
  }

  /** A pointer to it, which frees nothing. */
  static Pointer pointer(INDArray array) {
    return at(start(array));
  }

  /** A pointer to an address, which frees nothing. */
  static Pointer at(long address) {
    return new At(address);
  }
}
