package io.troupe.models.layers;

import static io.troupe.models.layers.Evaluated.distance;
import static io.troupe.models.layers.Evaluated.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Modulated convolutions against filters that are made for each picture. */
class ModulationTest {
  private static final double GAIN = 1.5;
  private static final double[] FIR_TIMES_TWO = {1. / 4, 3. / 4, 3. / 4, 1. / 4};
  private static final double[] SMOOTH = {1. / 4, 2. / 4, 1. / 4};

  private final Map<String, INDArray> inputs = new LinkedHashMap<>();
  private Evaluated layer;

  ModulationTest() {
    inputs.put("x", random(1, 2, 4, 4, 3));
    inputs.put("style", random(2, 2, 6));
  }

  private void demodulated(Modulation.Size size, double epsilon) {
    int out = size == Modulation.Size.KEPT ? 4 : 8;
    layer =
        new Evaluated(
            inputs,
            (scope, in) ->
                new Modulation(epsilon, GAIN)
                    .demodulated(scope, in.get("x"), in.get("style"), 6, 5, size, 2, 4, 4, 3),
            2,
            out,
            out,
            5);
  }

  @AfterEach
  void close() {
    layer.close();
  }

  @ParameterizedTest
  @EnumSource(Modulation.Size.class)
  void equalsFiltersOfEachPicture(Modulation.Size size) {
    demodulated(size, 0.3);
    INDArray weights = weights(0.3);
    INDArray x = inputs.get("x");
    INDArray wide =
        switch (size) {
          case KEPT -> Pictures.padded(x, 1);
          case DOUBLED_CONTINUED ->
              Pictures.padded(Pictures.filtered(Pictures.bilinear(x), 1, true, SMOOTH), 1);
          case DOUBLED_WITHIN ->
              Pictures.part(
                  Pictures.filtered(Pictures.zerosInserted(x), 3, false, FIR_TIMES_TWO), 0, 10);
        };
    INDArray expected = Pictures.convolved(wide, weights, 1).muli(GAIN);
    assertThat(distance(layer.run(), expected)).isLessThan(1e-13);
  }

  /** [N, 3, 3, in, out]: the weights times 1/√fan-in and scales, divided by their norms. */
  private INDArray weights(double epsilon) {
    INDArray shared = layer.array("weight").div(Math.sqrt(27));
    INDArray affine = layer.array("style.weight").div(Math.sqrt(6));
    INDArray scales = inputs.get("style").mmul(affine).addiRowVector(layer.array("style.bias"));
    INDArray weights = Nd4j.create(DataType.DOUBLE, 2, 3, 3, 3, 5);
    for (int picture = 0; picture < 2; picture++) {
      for (int out = 0; out < 5; out++) {
        INDArray filter = Nd4j.create(DataType.DOUBLE, 3, 3, 3);
        for (int i = 0; i < 27; i++) {
          double scaled = shared.getDouble(i / 9, i / 3 % 3, i % 3, out);
          filter.data().put(i, scaled * scales.getDouble(picture, i % 3));
        }
        double norm = Math.sqrt(filter.mul(filter).sumNumber().doubleValue() + epsilon);
        for (int i = 0; i < 27; i++) {
          weights.putScalar(
              new int[] {picture, i / 9, i / 3 % 3, i % 3, out}, filter.data().getDouble(i) / norm);
        }
      }
    }
    return weights;
  }

  /** A style's length does not matter, where the scales are linear in it and epsilon is small. */
  @Test
  void longerStylesGiveTheSame() {
    demodulated(Modulation.Size.KEPT, 1e-12);
    layer.array("style.bias").assign(0);
    INDArray before = layer.run();
    inputs.get("style").muli(7);
    assertThat(distance(layer.run(), before)).isLessThan(1e-9);
  }

  /**
   * A filter has norm 1: over all pictures of a single pixel in one channel, the squares of what it
   * gives sum up to the gain's square.
   */
  @Test
  void filtersHaveUnitNorm() {
    demodulated(Modulation.Size.KEPT, 1e-12);
    INDArray squares = Nd4j.create(DataType.DOUBLE, 2, 5);
    for (int channel = 0; channel < 3; channel++) {
      inputs.get("x").assign(0);
      inputs.get("x").putScalar(new int[] {0, 1, 2, channel}, 1);
      inputs.get("x").putScalar(new int[] {1, 1, 2, channel}, 1);
      INDArray result = layer.run();
      squares.addi(result.mul(result).sum(1, 2));
    }
    for (int i = 0; i < squares.length(); i++) {
      assertThat(squares.getDouble(i)).isCloseTo(GAIN * GAIN, within(1e-9));
    }
  }

  @Test
  void coloursAreNotDemodulated() {
    layer =
        new Evaluated(
            inputs,
            (scope, in) ->
                Modulation.colours(scope, in.get("x"), in.get("style"), 6, 3, 2, 4, 4, 3),
            2,
            4,
            4,
            3);
    layer.array("bias").assign(Nd4j.createFromArray(0.5, -1, 2));
    INDArray affine = layer.array("style.weight").div(Math.sqrt(6));
    INDArray scales = inputs.get("style").mmul(affine).addi(1);
    INDArray expected = Nd4j.create(DataType.DOUBLE, 2, 4, 4, 3);
    for (int picture = 0; picture < 2; picture++) {
      INDArray pixels = inputs.get("x").slice(picture).reshape(16, 3);
      INDArray weight = layer.array("weight").reshape(3, 3).div(Math.sqrt(3));
      INDArray colours = pixels.mulRowVector(scales.getRow(picture)).mmul(weight);
      expected.slice(picture).assign(colours.addRowVector(layer.array("bias")).reshape(4, 4, 3));
    }
    assertThat(distance(layer.run(), expected)).isLessThan(1e-14);
  }
}
