package io.troupe.models.training;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Classes of a batch as one-hot rows in an array that it owns. */
final class OneHot implements AutoCloseable {
  private final INDArray array;
  private final FloatBuffer values;
  private final int classes;

  OneHot(int rows, int classes) {
    array = Nd4j.create(DataType.FLOAT, rows, classes);
    values = array.data().asNioFloat();
    this.classes = classes;
  }

  INDArray array() {
    return array;
  }

  int rows() {
    return values.capacity() / classes;
  }

  int classes() {
    return classes;
  }

  /** Makes a row the unit vector of a class. */
  void set(int row, int label) {
    for (int i = 0; i < classes; i++) {
      values.put(row * classes + i, i == label ? 1 : 0);
    }
  }

  @Override
  public void close() {
    array.close();
  }
}
