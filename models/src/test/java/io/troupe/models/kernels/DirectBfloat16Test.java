package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.models.OffHeap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** oneDNN's convolutions and products of bfloat16 against the definition in double. */
@Tag("parity")
class DirectBfloat16Test {
  /** Norm of the difference over norm of the result: sums are float32. */
  private static final double TOLERANCE = 1e-6;

  /** Of results that are the exact ones, rounded: sums at ties differ. */
  private static final double SHARE = 0.995;

  private final Numbers numbers = new Numbers();

  @BeforeEach
  void needsInstructions() {
    assumeTrue(Processor.bfloat16() != Bfloat16Support.NONE, "no instructions for bfloat16");
  }

  @AfterEach
  void free() {
    numbers.close();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 8, 8, 5, 7, 3, 1, 1, 1",
    "2, 9, 6, 3, 4, 3, 1, 1, 1",
    "1, 6, 6, 4, 3, 1, 1, 0, 1",
    "3, 8, 8, 3, 6, 4, 2, 1, 1",
    "2, 7, 5, 3, 2, 5, 1, 2, 1",
    "2, 8, 8, 40, 33, 1, 1, 0, 1",
    "1, 4, 4, 32, 32, 3, 1, 1, 1",
    "1, 5, 5, 17, 31, 3, 2, 1, 1",
    "1, 8, 8, 32, 64, 4, 2, 1, 1",
    "1, 8, 8, 64, 48, 3, 1, 1, 1",
    "2, 6, 6, 64, 64, 3, 1, 1, 4",
    "2, 4, 4, 24, 24, 4, 1, 0, 24"
  })
  void convolutions(
      int batch,
      int height,
      int width,
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      int groups) {
    ConvolutionShape shape =
        new ConvolutionShape(
            batch, height, width, in, out, kernel, kernel, stride, padding, padding, groups);
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      for (boolean rounds : new boolean[] {false, true}) {
        if (pass == ConvolutionPass.FORWARD) {
          check(pass, shape, true, true, rounds);
          check(pass, shape, true, false, rounds);
        }
        if (pass != ConvolutionPass.WEIGHT_GRADIENT || !rounds) {
          check(pass, shape, false, false, rounds);
        }
      }
    }
  }

  private void check(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean biased,
      boolean withRelu,
      boolean rounds) {
    List<ArrayMemory> operands = operands(pass, shape, biased);
    ArrayMemory result = result(pass, shape, rounds);
    Kernel kernel = bind(pass, shape, withRelu, operands, result);
    kernel.run();
    // A second run must not depend on what the first left.
    kernel.run();
    float[] a = Numbers.rounded(Numbers.read(operands.get(0)));
    float[] b = Numbers.rounded(Numbers.read(operands.get(1)));
    NaiveConvolution naive = new NaiveConvolution(shape);
    double[] expected =
        switch (pass) {
          // The bias is not rounded.
          case FORWARD ->
              naive.forward(a, b, biased ? Numbers.read(operands.get(2)) : new float[0]);
          case INPUT_GRADIENT -> naive.inputGradient(a, b);
          case WEIGHT_GRADIENT -> naive.weightGradient(a, b);
        };
    for (int i = 0; withRelu && i < expected.length; i++) {
      expected[i] = Math.max(expected[i], 0);
    }
    if (rounds) {
      assertThat(Numbers.share(Numbers.read(result), expected)).isGreaterThan(SHARE);
      assertThat(Numbers.distance(Numbers.read(result), expected)).isBetween(1e-4, 4e-3);
    } else {
      assertThat(Numbers.distance(Numbers.read(result), expected))
          .as("%s of %s", pass, shape)
          .isBetween(0.0, TOLERANCE);
    }
  }

  private List<ArrayMemory> operands(ConvolutionPass pass, ConvolutionShape shape, boolean biased) {
    FloatMemory weights = numbers.floats(shape.weightLength());
    Bfloat16Memory x = numbers.bfloat16(shape.inputLength());
    Bfloat16Memory gradient = numbers.bfloat16(shape.outputLength());
    return switch (pass) {
      case FORWARD ->
          biased ? List.of(x, weights, numbers.floats(shape.out())) : List.of(x, weights);
      case INPUT_GRADIENT -> List.of(weights, gradient);
      case WEIGHT_GRADIENT -> List.of(x, gradient);
    };
  }

  private ArrayMemory result(ConvolutionPass pass, ConvolutionShape shape, boolean rounds) {
    long length =
        switch (pass) {
          case FORWARD -> shape.outputLength();
          case INPUT_GRADIENT -> shape.inputLength();
          case WEIGHT_GRADIENT -> shape.weightLength();
        };
    return rounds ? numbers.bfloat16(length) : numbers.floats(length);
  }

  private Kernel bind(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean withRelu,
      List<ArrayMemory> operands,
      ArrayMemory result) {
    long scratch =
        DirectConvolution.scratch(
            pass,
            shape,
            operands.size() == 3,
            withRelu,
            ElementType.BFLOAT16,
            ElementType.of(result));
    return numbers.own(
        DirectConvolution.bind(
            pass,
            shape,
            withRelu,
            new ConvolutionArrays(operands, result, numbers.floats(scratch))));
  }

  @ParameterizedTest
  @CsvSource({"1, 7, 5, 3", "3, 4, 6, 5", "2, 33, 64, 17", "5, 64, 16, 64"})
  void products(int count, int rows, int inner, int columns) {
    for (boolean turnsLeft : new boolean[] {false, true}) {
      for (boolean turnsRight : new boolean[] {false, true}) {
        for (boolean rounds : new boolean[] {false, true}) {
          checkProduct(
              new StackedProducts.Shape(count, rows, inner, columns, turnsLeft, turnsRight),
              rounds);
        }
      }
    }
  }

  private void checkProduct(StackedProducts.Shape shape, boolean rounds) {
    Bfloat16Memory left = numbers.bfloat16(shape.count() * shape.rows() * shape.inner());
    Bfloat16Memory right = numbers.bfloat16(shape.count() * shape.inner() * shape.columns());
    long length = shape.count() * shape.rows() * shape.columns();
    ArrayMemory result = rounds ? numbers.bfloat16(length) : numbers.floats(length);
    long scratch = StackedProducts.scratch(shape, ElementType.BFLOAT16, ElementType.of(result));
    Kernel kernel =
        numbers.own(StackedProducts.bind(shape, left, right, result, numbers.floats(scratch)));
    kernel.run();
    kernel.run();
    double[] expected = product(shape, Numbers.read(left), Numbers.read(right));
    float[] actual = Numbers.read(result);
    if (rounds) {
      assertThat(Numbers.share(actual, expected)).isGreaterThan(SHARE);
    } else {
      assertThat(Numbers.distance(actual, expected)).as("%s", shape).isBetween(0.0, TOLERANCE);
    }
  }

  private static double[] product(StackedProducts.Shape shape, float[] left, float[] right) {
    int rows = (int) shape.rows();
    int inner = (int) shape.inner();
    int columns = (int) shape.columns();
    double[] result = new double[(int) shape.count() * rows * columns];
    for (int i = 0; i < result.length; i++) {
      int matrix = i / (rows * columns);
      int row = i / columns % rows;
      int column = i % columns;
      for (int k = 0; k < inner; k++) {
        int a = shape.turnsLeft() ? k * rows + row : row * inner + k;
        int b = shape.turnsRight() ? column * inner + k : k * columns + column;
        result[i] += (double) left[matrix * rows * inner + a] * right[matrix * inner * columns + b];
      }
    }
    return result;
  }

  @Test
  void runsMakeNothingOffHeap() throws Exception {
    ConvolutionShape shape = new ConvolutionShape(2, 8, 8, 16, 16, 3, 3, 1, 1, 1, 1);
    for (ConvolutionPass pass : ConvolutionPass.values()) {
      boolean rounds = pass != ConvolutionPass.WEIGHT_GRADIENT;
      Kernel kernel =
          bind(pass, shape, false, operands(pass, shape, false), result(pass, shape, rounds));
      kernel.run();
      long offHeap = OffHeap.settledBytes();
      for (int i = 0; i < 10; i++) {
        kernel.run();
      }
      assertThat(OffHeap.bytes()).isEqualTo(offHeap);
    }
  }
}
