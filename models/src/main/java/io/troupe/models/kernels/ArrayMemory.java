package io.troupe.models.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.Pointer;

/** Numbers off-heap, one after the other; their owner is someone else. */
public sealed interface ArrayMemory permits FloatMemory, Bfloat16Memory {
  /** Address of the first, in bytes. */
  long address();

  /** How many there are. */
  long length();

  /** Bytes of one. */
  int width();

  /** The memory as native code takes it. */
  default Pointer handle() {
    return new Address(address());
  }

  /** A buffer over the same memory. */
  default ByteBuffer bytes() {
    return handle().capacity(length() * width()).asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
