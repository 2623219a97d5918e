package io.troupe.models.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.models.OffHeap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NativeArraysTest {
  private static final long LENGTH = 1_000_000;

  /** ND4J's descriptions of shapes are arrays too. */
  private static final Offset<Long> DESCRIPTIONS = within(1000L);

  @Test
  void anArrayCountsUntilItIsClosed() throws Exception {
    long before = OffHeap.settledBytes();
    INDArray array = Nd4j.create(DataType.FLOAT, LENGTH);
    long expected = before + Float.BYTES * LENGTH;
    assertThat(OffHeap.settledBytes()).isCloseTo(expected, DESCRIPTIONS);
    INDArray view = HostArray.view(array, new long[] {LENGTH / 2}, 'c', LENGTH / 2);
    assertThat(OffHeap.settledBytes()).isCloseTo(expected, DESCRIPTIONS);
    assertThat(view.length()).isEqualTo(LENGTH / 2);
    array.close();
    assertThat(OffHeap.settledBytes()).isCloseTo(before, DESCRIPTIONS);
  }

  @Test
  void soDoesMemoryThatIsNotFilled() throws Exception {
    long before = OffHeap.settledBytes();
    UntouchedMemory memory = new UntouchedMemory(DataType.INT8, LENGTH);
    assertThat(memory.array(new long[] {LENGTH / 2}, 'c', 0).length()).isEqualTo(LENGTH / 2);
    assertThat(memory.array(new long[] {LENGTH / 2}, 'c', LENGTH / 2).length())
        .isEqualTo(LENGTH / 2);
    assertThat(OffHeap.settledBytes()).isCloseTo(before + LENGTH, DESCRIPTIONS);
    memory.close();
    assertThat(OffHeap.settledBytes()).isCloseTo(before, DESCRIPTIONS);
  }

  @Test
  void oneThatIsForgottenCountsNoLonger() throws Exception {
    long before = OffHeap.settledBytes();
    assertThat(Nd4j.create(DataType.FLOAT, LENGTH).sumNumber().intValue()).isZero();
    assertThat(OffHeap.settledBytes()).isCloseTo(before, DESCRIPTIONS);
  }
}
