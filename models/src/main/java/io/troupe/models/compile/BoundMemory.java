package io.troupe.models.compile;

import io.troupe.models.kernels.ArrayMemory;
import io.troupe.models.kernels.Bfloat16Memory;
import io.troupe.models.kernels.FloatMemory;
import io.troupe.models.memory.HostArray;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where arrays lie off-heap. */
final class BoundMemory {
  private BoundMemory() {}

  /** Whether two arrays share memory. */
  static boolean overlap(INDArray a, INDArray b) {
    return start(a) < end(b) && start(b) < end(a);
  }

  /** The floats of an array that lie one after the other. */
  static FloatMemory floats(INDArray array) {
    return new FloatMemory(start(array), array.length());
  }

  /** The floats or bfloat16 numbers of an array that lie one after the other. */
  static ArrayMemory numbers(INDArray array) {
    return array.dataType() == DataType.BFLOAT16
        ? new Bfloat16Memory(start(array), array.length())
        : floats(array);
  }

  private static long start(INDArray array) {
    return HostArray.address(array);
  }

  private static long end(INDArray array) {
    long last = 0;
    for (int i = 0; i < array.rank(); i++) {
      last += (array.size(i) - 1) * array.stride(i);
    }
    return start(array) + (last + 1) * array.dataType().width();
  }
}
