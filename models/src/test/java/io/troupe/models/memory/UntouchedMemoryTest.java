package io.troupe.models.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class UntouchedMemoryTest {
  private static final long BUFFER = Integer.MAX_VALUE;

  /** Else steps of large networks could not be compiled, for ND4J's buffers end there. */
  @Test
  void arraysLieWhereTheyShouldAboveTwoThousandMillionElements() {
    try (UntouchedMemory memory = new UntouchedMemory(DataType.INT8, 3 * BUFFER)) {
      List<Long> offsets =
          List.of(0L, 5L, BUFFER - 9, BUFFER - 3, BUFFER + 9, 2 * BUFFER - 3, 3 * BUFFER - 6);
      for (long offset : offsets) {
        INDArray array = memory.array(new long[] {3, 2}, 'f', offset);
        assertThat(HostArray.address(array)).isEqualTo(memory.address() + offset);
        assertThat(array.dataType()).isEqualTo(DataType.INT8);
        assertThat(array.ordering()).isEqualTo('f');
        HostArray.set(memory.array(new long[] {1}, 'c', offset), 0, 7);
        HostArray.set(memory.array(new long[] {1}, 'c', offset + 4), 0, 8);
        assertThat(array.getInt(0, 0)).isEqualTo(7);
        assertThat(array.getInt(1, 1)).isEqualTo(8);
      }
    }
  }

  @Test
  void whatCannotBeHadIsSaidToBeOutsideTheHeap() {
    assertThatThrownBy(() -> new UntouchedMemory(DataType.DOUBLE, 1L << 58))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("2305843009213693952 bytes outside the heap cannot be had");
  }
}
