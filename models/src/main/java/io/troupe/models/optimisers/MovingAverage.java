package io.troupe.models.optimisers;

import io.troupe.models.memory.FloatVector;
import java.util.IdentityHashMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The exponential moving average of a network's values; states are averaged like parameters, or
 * copied. Owns its vectors.
 */
public final class MovingAverage implements AutoCloseable {
  private final FloatVector average;
  private final INDArray scaled;
  private final long averaged;

  /** The parts of vectors that are copied; those of pooled buffers are met again and again. */
  private final IdentityHashMap<INDArray, INDArray> copied = new IdentityHashMap<>();

  /** An average of all values that begins as a copy of them. */
  public MovingAverage(FloatVector values) {
    this(values, values.length());
  }

  /**
   * An average that begins as a copy of the values.
   *
   * @param averaged how many of them, from the first on, are averaged; the others are copied
   */
  public MovingAverage(FloatVector values, long averaged) {
    this.averaged = averaged;
    average = values.copy();
    scaled = Nd4j.createUninitialized(DataType.FLOAT, values.length());
  }

  /**
   * average = decay * average + (1 - decay) * values, and a copy of what is not averaged.
   *
   * @param values one of a few arrays, which live as long as this
   */
  public void follow(FloatVector values, double decay) {
    INDArray average = this.average.array();
    average.muli(decay);
    values.array().muli(1 - decay, scaled);
    average.addi(scaled);
    if (averaged < average.length()) {
      copied(average).assign(copied(values.array()));
    }
  }

  private INDArray copied(INDArray vector) {
    return copied.computeIfAbsent(vector, v -> v.get(NDArrayIndex.interval(averaged, v.length())));
  }

  /** average = values. */
  public void copy(FloatVector values) {
    average.assign(values);
  }

  /** The average. */
  public FloatVector values() {
    return average;
  }

  @Override
  public void close() {
    average.close();
    scaled.close();
  }
}
