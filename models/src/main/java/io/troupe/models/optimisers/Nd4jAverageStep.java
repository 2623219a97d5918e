package io.troupe.models.optimisers;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * By ND4J's operations.
 *
 * @param scaled memory for as many floats
 * @param averaged how many of the values, from the first on, are averaged; the others are copied
 */
record Nd4jAverageStep(
    INDArray average,
    INDArray values,
    INDArray scaled,
    INDArray averagesCopied,
    INDArray valuesCopied,
    long averaged)
    implements AverageStep {

  static Nd4jAverageStep of(INDArray average, INDArray values, INDArray scaled, long averaged) {
    return new Nd4jAverageStep(
        average, values, scaled, copied(average, averaged), copied(values, averaged), averaged);
  }

  private static INDArray copied(INDArray vector, long averaged) {
    return averaged < vector.length()
        ? vector.get(NDArrayIndex.interval(averaged, vector.length()))
        : vector;
  }

  @Override
  public void run(double decay) {
    average.muli(decay);
    values.muli(1 - decay, scaled);
    average.addi(scaled);
    if (averaged < average.length()) {
      averagesCopied.assign(valuesCopied);
    }
  }

  @Override
  public void close() {}
}
