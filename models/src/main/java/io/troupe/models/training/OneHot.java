package io.troupe.models.training;

import io.troupe.models.memory.FloatVector;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Classes of a batch as one-hot rows in an array that it owns. */
final class OneHot implements AutoCloseable {
  private final FloatVector rows;
  private final int classes;

  OneHot(int rows, int classes) {
    this.rows = FloatVector.zeros(rows, classes);
    this.classes = classes;
  }

  INDArray array() {
    return rows.array();
  }

  int rows() {
    return rows.length() / classes;
  }

  int classes() {
    return classes;
  }

  /** Makes a row the unit vector of a class. */
  void set(int row, int label) {
    FloatBuffer values = rows.write();
    for (int i = 0; i < classes; i++) {
      values.put(row * classes + i, i == label ? 1 : 0);
    }
  }

  /** Takes the index-th part of the rows of a larger batch. */
  void takePart(OneHot whole, int index) {
    rows.takePart(whole.rows, index);
  }

  @Override
  public void close() {
    rows.close();
  }
}
