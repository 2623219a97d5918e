package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.kernels.Elementwise.Operator;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import io.troupe.models.kernels.Elementwise.Sum;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the same arithmetic, element by element. */
class ElementwiseKernelTest {
  private final List<FloatPointer> owned = new ArrayList<>();

  @AfterEach
  void free() {
    owned.forEach(FloatPointer::close);
  }

  @ParameterizedTest
  @EnumSource
  void everyOperator(Operator operator) {
    int length = 2 * 9 * 5;
    float[] a = random(length, 1);
    float[] b = random(length, 2);
    a[0] = 0;
    a[1] = Float.MIN_VALUE;
    a[2] = Float.MIN_NORMAL;
    a[3] = -Float.MIN_VALUE;
    a[4] = Float.MAX_VALUE / 2;
    FloatMemory result = memory(new float[length]);
    float constant = 0.3f;
    run(
        new Elementwise(
            2,
            9,
            5,
            List.of(Spread.FULL, Spread.FULL),
            List.of(new Step(operator, 0, 1, constant)),
            List.of(2),
            List.of()),
        List.of(memory(a), memory(b)),
        List.of(result));
    float[] actual = floats(result);
    for (int i = 0; i < length; i++) {
      float expected =
          switch (operator) {
            case ADD -> a[i] + b[i];
            case SUBTRACT -> a[i] - b[i];
            case MULTIPLY -> a[i] * b[i];
            case RELU -> a[i] > 0 ? a[i] : 0;
            case STEP -> a[i] > 0 ? 1 : 0;
            case LEAKY_RELU -> a[i] > 0 ? a[i] : constant * a[i];
            case LEAKY_RELU_GRADIENT -> a[i] > 0 ? b[i] : constant * b[i];
            case SCALE -> constant * a[i];
            case SHIFT -> a[i] + constant;
          };
      assertThat(actual[i]).as("%s at %d of %s", operator, i, a[i]).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 16, 5", "1, 7, 11", "2, 1, 40", "4, 64, 64", "2, 33, 3", "2, 5, 1500"})
  void spreadsAndSums(int pictures, int pixels, int channels) {
    int length = pictures * pixels * channels;
    float[] x = random(length, 1);
    float[] picture = random(pictures * channels, 2);
    float[] channel = random(channels, 3);
    float[] scalar = random(1, 4);
    FloatMemory full = memory(new float[length]);
    FloatMemory perPicture = memory(new float[pictures * channels]);
    FloatMemory perChannel = memory(new float[channels]);
    FloatMemory all = memory(new float[1]);
    // ((x * picture) + channel) * scalar
    run(
        new Elementwise(
            pictures,
            pixels,
            channels,
            List.of(Spread.FULL, Spread.PICTURE, Spread.CHANNEL, Spread.SCALAR),
            List.of(
                new Step(Operator.MULTIPLY, 0, 1, 0),
                new Step(Operator.ADD, 4, 2, 0),
                new Step(Operator.MULTIPLY, 5, 3, 0)),
            List.of(6),
            List.of(
                new Sum(6, Spread.PICTURE, 1),
                new Sum(6, Spread.CHANNEL, 0.5f),
                new Sum(4, Spread.SCALAR, 2))),
        List.of(memory(x), memory(picture), memory(channel), memory(scalar)),
        List.of(full, perPicture, perChannel, all));
    double[] expected = new double[length];
    double[] pictureSums = new double[pictures * channels];
    double[] channelSums = new double[channels];
    double total = 0;
    for (int i = 0; i < length; i++) {
      int c = i % channels;
      int row = i / (pixels * channels) * channels + c;
      double product = (double) x[i] * picture[row];
      expected[i] = (product + channel[c]) * scalar[0];
      pictureSums[row] += expected[i];
      channelSums[c] += 0.5 * expected[i];
      total += 2 * product;
    }
    assertClose(floats(full), expected, 1e-5);
    assertClose(floats(perPicture), pictureSums, 1e-6 * (10 + pixels));
    assertClose(floats(perChannel), channelSums, 1e-6 * (10 + pixels * pictures));
    assertThat((double) floats(all)[0]).isCloseTo(total, within(1e-7 * (100 + length)));
  }

  @Test
  void aResultMayLieWhereAnOperandLies() {
    float[] x = random(3 * 50 * 8, 1);
    FloatMemory place = memory(x);
    run(
        new Elementwise(
            3,
            50,
            8,
            List.of(Spread.FULL),
            List.of(new Step(Operator.SHIFT, 0, 0, 1), new Step(Operator.MULTIPLY, 1, 0, 0)),
            List.of(2),
            List.of()),
        List.of(place),
        List.of(place));
    float[] actual = floats(place);
    for (int i = 0; i < x.length; i++) {
      assertThat(actual[i]).isEqualTo((x[i] + 1) * x[i]);
    }
  }

  private static void run(Elementwise work, List<FloatMemory> operands, List<FloatMemory> results) {
    try (Kernel kernel = new ElementwiseKernel(work, operands, results)) {
      kernel.run();
    }
  }

  private static void assertClose(float[] actual, double[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  private FloatMemory memory(float[] values) {
    FloatPointer pointer = new FloatPointer(values);
    owned.add(pointer);
    return new FloatMemory(pointer.address(), values.length);
  }

  private static float[] floats(FloatMemory memory) {
    float[] values = new float[(int) memory.length()];
    memory.buffer().get(values);
    return values;
  }

  private static float[] random(int length, int index) {
    CounterRandom random = new CounterRandom(4, Stream.INITIALISATION, 0, index);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
