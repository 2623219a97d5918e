package io.troupe.models.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class FloatVectorTest {
  @Test
  void operationsAndTheHostSeeTheSameFloats() {
    try (FloatVector vector = FloatVector.zeros(2, 3)) {
      FloatBuffer values = vector.write();
      for (int i = 0; i < vector.length(); i++) {
        values.put(i, i);
      }
      assertThat(vector.array().getFloat(1, 2)).isEqualTo(5);
      vector.array().muli(2);
      assertThat(vector.read().get(5)).isEqualTo(10);
    }
  }

  @Test
  void copiesHaveMemoryOfTheirOwn() {
    try (FloatVector vector = FloatVector.zeros(2, 3)) {
      vector.write().put(4, 7);
      try (FloatVector copy = vector.copy();
          FloatVector like = vector.like()) {
        vector.write().put(4, 8);
        assertThat(copy.read().get(4)).isEqualTo(7);
        assertThat(like.array().shape()).containsExactly(2, 3);
        assertThat(like.read().get(4)).isZero();
        like.assign(vector);
        vector.write().put(4, 9);
        assertThat(like.read().get(4)).isEqualTo(8);
      }
    }
  }

  @Test
  void whatIsReadCannotBeChanged() {
    try (FloatVector vector = FloatVector.zeros(2)) {
      FloatBuffer values = vector.read();
      assertThatThrownBy(() -> values.put(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
    }
  }

  @Test
  void refusesPartsOfBuffersAndOtherTypes() {
    try (INDArray whole = Nd4j.create(DataType.FLOAT, 6);
        INDArray doubles = Nd4j.create(DataType.DOUBLE, 6)) {
      INDArray part = whole.get(NDArrayIndex.interval(2, 5));
      assertThatThrownBy(() -> new FloatVector(part))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("FLOAT [3]");
      assertThatThrownBy(() -> new FloatVector(doubles))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("DOUBLE [6]");
    }
  }

  @Test
  void elementsOfViewsAreCopiedInTheirOrder() {
    try (INDArray whole = Nd4j.createFromArray(new float[] {0, 1, 2, 3, 4, 5}).reshape(2, 3)) {
      assertThat(HostArray.copy(whole.transpose())).containsExactly(0, 3, 1, 4, 2, 5);
      HostArray.set(whole, 1, new double[] {8, 9});
      HostArray.set(whole, 5, 7);
      assertThat(HostArray.copy(whole)).containsExactly(0, 8, 9, 3, 4, 7);
      assertThat(HostArray.first(whole.getRow(1))).isEqualTo(3);
      HostArray.fill(whole, 2);
      assertThat(HostArray.copy(whole)).containsOnly(2);
    }
  }
}
