package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GradientCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class MinibatchDeviationTest {
  private static final GradientCheck.Layer LAYER =
      (scope, in) -> MinibatchDeviation.append(scope.operations(), in.get("x"), 3, 6, 2, 2, 2);

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
                MinibatchDeviation.append(
                    ops, ops.placeHolder("x", DataType.FLOAT, 6, 2, 2, 2), 4, 6, 2, 2, 2))
        .withMessageContaining("batch of 6 with groups of 4");
  }

  private static INDArray run(INDArray x) {
    try (Evaluated layer = new Evaluated(Map.of("x", x), LAYER, 6, 2, 2, 3)) {
      return layer.run();
    }
  }
}
