package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pass by every algorithm against the definition in double, of rounded operands. */
@Tag("parity")
class Bfloat16ConvolutionsTest {
  /** What is left of sums in float32, Winograd's included. */
  private static final double TOLERANCE = 1e-5;

  private final Numbers numbers = new Numbers();

  @AfterEach
  void free() {
    numbers.close();
  }

  @ParameterizedTest
  @CsvSource({
    "PORTABLE, 3, 8, 8, 6, 8, 3, 1",
    "PORTABLE, 2, 8, 8, 32, 34, 3, 1",
    "PORTABLE, 2, 6, 4, 3, 4, 1, 0",
    "NATIVE, 3, 8, 8, 6, 8, 3, 1",
    "NATIVE, 2, 8, 8, 32, 34, 3, 1",
    "NATIVE, 2, 6, 4, 3, 4, 1, 0"
  })
  void everyPass(
      Bfloat16Algorithm algorithm,
      int batch,
      int height,
      int width,
      int in,
      int out,
      int kernel,
      int padding) {
    assumeTrue(
        algorithm == Bfloat16Algorithm.PORTABLE || Processor.bfloat16() != Bfloat16Support.NONE);
    ConvolutionShape shape =
        new ConvolutionShape(batch, height, width, in, out, kernel, kernel, 1, padding, padding, 1);
    NaiveConvolution naive = new NaiveConvolution(shape);
    Bfloat16Memory x = numbers.bfloat16(shape.inputLength());
    FloatMemory w = numbers.floats((long) kernel * kernel * in * out);
    FloatMemory bias = numbers.floats(out);
    Bfloat16Memory dy = numbers.bfloat16(shape.outputLength());
    float[] weights = Numbers.rounded(Numbers.read(w));
    double[] y = naive.forward(Numbers.read(x), weights, Numbers.read(bias));
    check(algorithm, ConvolutionPass.FORWARD, shape, false, List.of(x, w, bias), y);
    double[] relu = y.clone();
    for (int i = 0; i < relu.length; i++) {
      relu[i] = Math.max(relu[i], 0);
    }
    check(algorithm, ConvolutionPass.FORWARD, shape, true, List.of(x, w, bias), relu);
    double[] dx = naive.inputGradient(weights, Numbers.read(dy));
    check(algorithm, ConvolutionPass.INPUT_GRADIENT, shape, false, List.of(w, dy), dx);
    double[] dw = naive.weightGradient(Numbers.read(x), Numbers.read(dy));
    check(algorithm, ConvolutionPass.WEIGHT_GRADIENT, shape, false, List.of(x, dy), dw);
  }

  private void check(
      Bfloat16Algorithm algorithm,
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean withRelu,
      List<ArrayMemory> operands,
      double[] expected) {
    FloatMemory floats = numbers.floats(expected.length);
    run(algorithm, pass, shape, withRelu, operands, floats);
    assertThat(Numbers.distance(Numbers.read(floats), expected))
        .as("%s", pass)
        .isLessThan(TOLERANCE);
    boolean odd = pass == ConvolutionPass.INPUT_GRADIENT && shape.in() % 2 != 0;
    if (pass != ConvolutionPass.WEIGHT_GRADIENT && !odd) {
      Bfloat16Memory rounded = numbers.bfloat16(expected.length);
      run(algorithm, pass, shape, withRelu, operands, rounded);
      // Sums in another order may lie on the other side of a middle between two numbers.
      assertThat(Numbers.share(Numbers.read(rounded), expected)).as("%s", pass).isGreaterThan(0.99);
      assertThat(Numbers.distance(Numbers.read(rounded), expected)).isLessThan(3e-3);
    }
  }

  private void run(
      Bfloat16Algorithm algorithm,
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean withRelu,
      List<ArrayMemory> operands,
      ArrayMemory result) {
    boolean rounds = result instanceof Bfloat16Memory;
    boolean biased = operands.size() == 3;
    long scratch = Bfloat16Convolutions.scratch(algorithm, pass, shape, biased, withRelu, rounds);
    FloatMemory place = numbers.floats(Math.max(1, scratch));
    numbers
        .own(Bfloat16Convolutions.kernel(algorithm, pass, shape, withRelu, operands, result, place))
        .run();
  }
}
