package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class EqualizedLayersTest {
  /** Weights begin 1/rate as large as they act, and biases as they are said to act. */
  @Test
  void rateAndGain() {
    INDArray x = random(1, 40, 50);
    try (Evaluated layer =
        new Evaluated(
            Map.of("x", x),
            (scope, in) -> new EqualizedLayers(0.01, 1.5, 3).linear(scope, in.get("x"), 50, 60),
            40,
            60)) {
      INDArray weight = layer.array("weight");
      assertThat(weight.stdNumber().doubleValue()).isCloseTo(100, within(3.0));
      INDArray expected = x.mmul(weight).muli(0.01 / Math.sqrt(50)).addi(3).muli(1.5);
      assertThat(distance(layer.run(), expected)).isLessThan(1e-12);
    }
  }

  @Test
  void leakyRelu() {
    INDArray x = random(1, 3, 5);
    try (Evaluated layer =
        new Evaluated(
            Map.of("x", x),
            (scope, in) -> LeakyRelu.apply(scope.operations(), in.get("x")),
            3,
            5)) {
      INDArray result = layer.run();
      for (int i = 0; i < 15; i++) {
        double value = x.data().getDouble(i);
        assertThat(result.data().getDouble(i))
            .isCloseTo(value > 0 ? value : 0.2 * value, within(1e-15));
      }
    }
  }
}
