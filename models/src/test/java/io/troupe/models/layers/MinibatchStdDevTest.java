package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.NetworkSettings.DeviationGroups;
import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.compile.GradientCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MinibatchStdDevTest {
  private static final GradientCheck.Layer LAYER = layer(DeviationGroups.CONSECUTIVE, 1);

  private static GradientCheck.Layer layer(DeviationGroups kind, int batches) {
    return (scope, in) ->
        MinibatchStdDev.append(
            scope.operations(), in.get("x"), 3, kind, batches, 6L * batches, 2, 2, 2);
  }

  @Test
  void isTheMeanDeviationInEachGroup() {
    INDArray x = random(1, 6, 2, 2, 2);
    INDArray result = run(x);
    assertThat(distance(Pictures.channels(result, 0, 2), x)).isZero();
    for (int group = 0; group < 2; group++) {
      double sum = 0;
      for (int i = 0; i < 8; i++) {
        double[] values = new double[3];
        for (int member = 0; member < 3; member++) {
          values[member] = x.getDouble(3 * group + member, i / 4, i / 2 % 2, i % 2);
        }
        double mean = (values[0] + values[1] + values[2]) / 3;
        double squares = 0;
        for (double value : values) {
          squares += (value - mean) * (value - mean);
        }
        sum += Math.sqrt(squares / 3 + 1e-8);
      }
      for (int i = 0; i < 12; i++) {
        assertThat(result.getDouble(3 * group + i / 4, i / 2 % 2, i % 2, 2))
            .isCloseTo(sum / 8, within(1e-14));
      }
    }
  }

  /** With two groups of three in each batch, pictures 0, 2, 4 of it are one and 1, 3, 5 another. */
  @Test
  void stridedGroupsAreConsecutiveOnesOfPicturesInAnotherOrder() {
    int[] order = {0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11};
    INDArray x = random(1, 12, 2, 2, 2);
    INDArray grouped = x.dup();
    for (int i = 0; i < 12; i++) {
      grouped.slice(i).assign(x.slice(order[i]));
    }
    GradientCheck.Layer neighbours = layer(DeviationGroups.CONSECUTIVE, 2);
    try (Evaluated strided =
            new Evaluated(Map.of("x", x), layer(DeviationGroups.STRIDED, 2), 12, 2, 2, 3);
        Evaluated consecutive = new Evaluated(Map.of("x", grouped), neighbours, 12, 2, 2, 3)) {
      INDArray actual = strided.run();
      INDArray expected = consecutive.run();
      for (int i = 0; i < 12; i++) {
        assertThat(distance(actual.slice(order[i]), expected.slice(i))).isLessThan(1e-15);
      }
      assertThat(distance(actual, expected)).isGreaterThan(1e-3);
    }
  }

  @Test
  void gradientsOfStridedGroups() {
    new GradientCheck()
        .input("x", 12, 2, 2, 2)
        .check(layer(DeviationGroups.STRIDED, 2), BatchNormMode.BATCH);
  }

  @Test
  void ofEqualPicturesIsTheRootOfEpsilon() {
    INDArray x = random(1, 6, 2, 2, 2);
    for (int picture = 1; picture < 6; picture++) {
      x.slice(picture).assign(x.slice(0));
    }
    INDArray channel = Pictures.channels(run(x), 2, 1);
    assertThat(channel.minNumber().doubleValue()).isCloseTo(1e-4, within(1e-9));
    assertThat(channel.maxNumber().doubleValue()).isCloseTo(1e-4, within(1e-9));
  }

  @Test
  void gradients() {
    new GradientCheck().input("x", 6, 2, 2, 2).check(LAYER, BatchNormMode.BATCH);
  }

  @Test
  void refusesBatchesThatGroupsDoNotDivide() {
    SameDiff ops = SameDiff.create();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                MinibatchStdDev.append(
                    ops,
                    ops.placeHolder("x", DataType.FLOAT, 6, 2, 2, 2),
                    4,
                    DeviationGroups.STRIDED,
                    1,
                    6,
                    2,
                    2,
                    2))
        .withMessageContaining("batch of 6 with groups of 4");
  }

  private static INDArray run(INDArray x) {
    try (Evaluated layer = new Evaluated(Map.of("x", x), LAYER, 6, 2, 2, 3)) {
      return layer.run();
    }
  }
}
