package io.troupe.models.training;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exponential moving average of a network's values, parameters and states alike. Owns its
 * vectors.
 */
public final class MovingAverage implements AutoCloseable {
  private final INDArray average;
  private final INDArray scaled;

  /** An average that begins as a copy of the values. */
  public MovingAverage(INDArray values) {
    average = values.dup();
    scaled = Nd4j.createUninitialized(values.dataType(), values.length());
  }

  /** average = decay * average + (1 - decay) * values. */
  public void follow(INDArray values, double decay) {
    average.muli(decay);
    values.muli(1 - decay, scaled);
    average.addi(scaled);
  }

  /** average = values. */
  public void copy(INDArray values) {
    average.assign(values);
  }

  /** The average. */
  public INDArray values() {
    return average;
  }

  @Override
  public void close() {
    average.close();
    scaled.close();
  }
}
