package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

class ArrayMemoryTest {
  @Test
  void buffersEndWhereTheMemoryEnds() {
    try (BytePointer pointer = new BytePointer(40)) {
      assertThat(new FloatMemory(pointer.address(), 10).buffer().capacity()).isEqualTo(10);
      assertThat(new Bfloat16Memory(pointer.address(), 20).buffer().capacity()).isEqualTo(20);
      assertThat(new Bfloat16Memory(pointer.address(), 20).bytes().capacity()).isEqualTo(40);
    }
  }
}
