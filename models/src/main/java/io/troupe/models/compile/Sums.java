package io.troupe.models.compile;

import io.troupe.models.kernels.Elementwise.Spread;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums over positions of channels-last arrays: by our own kernels where they can, otherwise over
 * all rows as a product with a row of ones, and over the positions of each picture as a pooling of
 * the whole picture. All are many times as fast as ND4J's reductions.
 */
final class Sums {
  private final OperationList list;

  Sums(OperationList list) {
    this.list = list;
  }

  /** Rows of an array whose last axis is the channels. */
  static long rows(INDArray array) {
    return array.length() / array.size(-1);
  }

  /** Whether a sum of {@code full} over positions has the shape of {@code summed}. */
  boolean canSum(Value full, Value summed) {
    return isPerChannel(full.array(), summed.array()) || isPerPicture(full.array(), summed.array());
  }

  private static boolean isPerChannel(INDArray full, INDArray summed) {
    return full.rank() > 1
        && summed.rank() > 0
        && summed.length() == full.size(-1)
        && summed.size(-1) == full.size(-1);
  }

  private static boolean isPerPicture(INDArray full, INDArray summed) {
    return full.rank() == 4
        && summed.rank() == 4
        && summed.size(0) == full.size(0)
        && summed.size(1) == 1
        && summed.size(2) == 1
        && summed.size(3) == full.size(3);
  }

  /** Adds the operations that make {@code result} a sum of {@code full}, times a factor. */
  void sum(Value result, Value full, double factor) {
    if (isPerChannel(full.array(), result.array())) {
      perChannel(result, full, factor);
    } else {
      perPicture(result, full, factor);
    }
  }

  /** A sum over all but the last axis, times a factor. */
  void perChannel(Value result, Value full, double factor) {
    INDArray array = full.array();
    if (Geometry.isPlain(array) && Geometry.isPlain(result.array()) && array.rank() > 1) {
      list.add(new SumFunction(Spread.CHANNEL, factor), result, full);
      return;
    }
    long channels = array.size(-1);
    Value matrix = list.reshape(full, rows(array), channels);
    Value sum =
        list.add(
            result.name() + " sum",
            new long[] {1, channels},
            OperationList.custom(OperationKind.MATMUL, 0, 0, 0),
            list.ones(array.dataType(), rows(array)),
            matrix);
    scale(result, sum, factor);
  }

  private void perPicture(Value result, Value full, double factor) {
    INDArray array = full.array();
    if (Geometry.isPlain(array) && Geometry.isPlain(result.array())) {
      list.add(new SumFunction(Spread.PICTURE, factor), result, full);
      return;
    }
    long height = array.size(1);
    long width = array.size(2);
    Value mean =
        list.add(
            result.name() + " mean",
            result.array().shape(),
            OperationList.custom(
                OperationKind.AVERAGE_POOL, height, width, height, width, 0, 0, 1, 1, 0, 0, 1),
            full);
    scale(result, mean, factor * height * width);
  }

  private void scale(Value result, Value sum, double factor) {
    Value scaled =
        factor == 1
            ? sum
            : list.add(
                result.name() + " scaled",
                sum.array().shape(),
                OperationList.custom(OperationKind.MULTIPLY),
                sum,
                list.scalar(sum.array().dataType(), factor));
    list.alias(result, scaled);
  }
}
