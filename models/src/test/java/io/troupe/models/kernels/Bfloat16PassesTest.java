package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.models.kernels.Elementwise.Operator;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import io.troupe.models.kernels.Elementwise.Sum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passes over bfloat16 pictures against the same arithmetic, element by element. */
class Bfloat16PassesTest {
  private final Numbers numbers = new Numbers();

  @AfterEach
  void free() {
    numbers.close();
  }

  /** (x * picture + channel) * y, of which x is bfloat16 and y float32, to both types. */
  @ParameterizedTest
  @CsvSource({"3, 16, 6", "1, 7, 10", "2, 1, 40", "4, 64, 64", "2, 33, 4", "2, 5, 1500"})
  void elementwise(int pictures, int pixels, int channels) {
    int length = pictures * pixels * channels;
    Bfloat16Memory x = numbers.bfloat16(length);
    FloatMemory picture = numbers.floats((long) pictures * channels);
    FloatMemory channel = numbers.floats(channels);
    FloatMemory y = numbers.floats(length);
    Bfloat16Memory rounded = numbers.bfloat16(length);
    FloatMemory exact = numbers.floats(length);
    FloatMemory perPicture = numbers.floats((long) pictures * channels);
    FloatMemory perChannel = numbers.floats(channels);
    Elementwise work =
        new Elementwise(
            pictures,
            pixels,
            channels,
            List.of(Spread.FULL, Spread.PICTURE, Spread.CHANNEL, Spread.FULL),
            List.of(
                new Step(Operator.MULTIPLY, 0, 1, 0),
                new Step(Operator.ADD, 4, 2, 0),
                new Step(Operator.MULTIPLY, 5, 3, 0)),
            List.of(6, 6),
            List.of(new Sum(6, Spread.PICTURE, 1), new Sum(6, Spread.CHANNEL, 0.5f)));
    numbers
        .own(
            new ElementwiseKernel(
                work,
                List.of(x, picture, channel, y),
                List.of(rounded, exact, perPicture, perChannel)))
        .run();
    float[] a = Numbers.read(x);
    float[] b = Numbers.read(picture);
    float[] c = Numbers.read(channel);
    float[] d = Numbers.read(y);
    float[] expected = new float[length];
    double[] pictureSums = new double[pictures * channels];
    double[] channelSums = new double[channels];
    for (int i = 0; i < length; i++) {
      int row = i / (pixels * channels) * channels + i % channels;
      expected[i] = (a[i] * b[row] + c[i % channels]) * d[i];
      pictureSums[row] += expected[i];
      channelSums[i % channels] += 0.5 * expected[i];
    }
    assertThat(Numbers.read(exact)).isEqualTo(expected);
    assertThat(Numbers.read(rounded)).isEqualTo(Numbers.rounded(expected));
    assertClose(Numbers.read(perPicture), pictureSums, 1e-6 * (10 + pixels));
    assertClose(Numbers.read(perChannel), channelSums, 1e-6 * (10 + pixels * pictures));
  }

  /**
   * What passes by the processor's instructions compute, as our own do: the operand over whose
   * memory the result is written, -1 for none, the steps, and what is stored.
   */
  @ParameterizedTest
  @CsvSource({
    "-1, RELU 0, 3",
    "0, RELU 0, 3",
    "-1, ADD 0 1, 3",
    "1, ADD 0 1, 3",
    "-1, ADD 0 1 RELU 3, 3 4",
    "0, ADD 0 1 RELU 3, 3 4",
    "-1, ADD 0 1 RELU 3, 4",
    "-1, STEP 0 MULTIPLY 1 3, 4",
    "0, STEP 0 MULTIPLY 3 1, 4",
    "1, STEP 0 MULTIPLY 1 3, 4",
    "-1, STEP 0 MULTIPLY 1 3 ADD 2 4, 5",
    "0, STEP 0 MULTIPLY 1 3 ADD 4 2, 5",
    "1, STEP 0 MULTIPLY 1 3 ADD 2 4, 5",
    "2, STEP 0 MULTIPLY 1 3 ADD 2 4, 5",
    "0, ADD 0 1 RELU 3, 4",
    "-1, ADD 0 1 ADD 2 3, 4",
    "-1, STEP 0 ADD 1 3, 4",
    "-1, MULTIPLY 0 1, 3",
    "-1, STEP 0 STEP 1 MULTIPLY 3 4, 5"
  })
  void passesByInstructions(int over, String words, String stored) {
    assumeTrue(Processor.bfloat16() != Bfloat16Support.NONE);
    Elementwise work =
        new Elementwise(
            3,
            35,
            6,
            List.of(Spread.FULL, Spread.FULL, Spread.FULL),
            steps(words),
            Stream.of(stored.split(" ", -1)).map(Integer::valueOf).toList(),
            List.of());
    List<Bfloat16Memory> operands =
        Stream.generate(() -> numbers.bfloat16(work.length())).limit(3).toList();
    List<Bfloat16Memory> results =
        Stream.generate(() -> numbers.bfloat16(work.length())).limit(work.stores().size()).toList();
    numbers.own(new ElementwiseKernel(work, operands, results)).run();
    List<float[]> expected = results.stream().map(Numbers::read).toList();
    List<Bfloat16Memory> actual = new ArrayList<>(results);
    if (over >= 0) {
      actual.set(actual.size() - 1, operands.get(over));
    }
    Optional<Kernel> kernel = NativePasses.of(work, operands, actual);
    // Nothing may be overwritten that is read later; a product that is not a mask is not known.
    boolean known =
        over != 2
            && !words.startsWith("MULTIPLY")
            && !words.contains("0 ADD")
            && !words.contains("1 ADD");
    known &= !words.contains("STEP 1");
    assertThat(kernel.isPresent()).isEqualTo(known);
    if (known) {
      numbers.own(kernel.get()).run();
      for (int i = 0; i < results.size(); i++) {
        assertThat(Numbers.read(actual.get(i))).isEqualTo(expected.get(i));
      }
    }
  }

  private static List<Step> steps(String words) {
    List<Step> steps = new ArrayList<>();
    for (String step : words.split(" (?=[A-Z])", -1)) {
      String[] parts = step.split(" ", -1);
      int a = Integer.parseInt(parts[1]);
      int b = parts.length > 2 ? Integer.parseInt(parts[2]) : a;
      steps.add(new Step(Operator.valueOf(parts[0]), a, b, 0));
    }
    return steps;
  }

  private static void assertClose(float[] actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(tolerance));
    }
  }

  @Test
  void refusesAnOddNumberOfChannels() {
    Elementwise work =
        new Elementwise(
            2,
            4,
            3,
            List.of(Spread.FULL),
            List.of(new Step(Operator.RELU, 0, 0, 0)),
            List.of(1),
            List.of());
    Bfloat16Memory x = numbers.bfloat16(24);
    assertThatThrownBy(() -> new ElementwiseKernel(work, List.of(x), List.of(x)))
        .hasMessageContaining("odd number of channels, 3");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 2", "3, 4, 2, 6", "2, 3, 5, 34", "2, 16, 16, 64"})
  void squares(int pictures, int height, int width, int channels) {
    int small = pictures * height * width * channels;
    Bfloat16Memory wide = numbers.bfloat16(4L * small);
    Bfloat16Memory sums = numbers.bfloat16(small);
    Bfloat16Memory repeated = numbers.bfloat16(4L * small);
    SquareKernel.Shape shape = new SquareKernel.Shape(pictures, height, width, channels);
    numbers.own(new SquareKernel(shape, true, 0.25f, wide, sums)).run();
    numbers.own(new SquareKernel(shape, false, 0.5f, sums, repeated)).run();
    float[] from = Numbers.read(wide);
    float[] expectedSums = new float[small];
    float[] expectedRepeated = new float[4 * small];
    for (int i = 0; i < small; i++) {
      int c = i % channels;
      int x = i / channels % width;
      int y = i / channels / width;
      int[] places = new int[4];
      for (int j = 0; j < 4; j++) {
        places[j] = ((2 * y + j / 2) * 2 * width + 2 * x + j % 2) * channels + c;
      }
      float left = from[places[0]] + from[places[2]];
      float right = from[places[1]] + from[places[3]];
      expectedSums[i] = 0.25f * (left + right);
      for (int place : places) {
        expectedRepeated[place] = 0.5f * Numbers.rounded(new float[] {expectedSums[i]})[0];
      }
    }
    assertThat(Numbers.read(sums)).isEqualTo(Numbers.rounded(expectedSums));
    assertThat(Numbers.read(repeated)).isEqualTo(Numbers.rounded(expectedRepeated));
  }

  @ParameterizedTest
  @CsvSource({"1, 6, 4", "5, 3, 8", "200, 1, 2"})
  void joinsAndParts(int count, int first, int second) {
    Bfloat16Memory a = numbers.bfloat16((long) count * first);
    Bfloat16Memory b = numbers.bfloat16((long) count * second);
    Bfloat16Memory whole = numbers.bfloat16((long) count * (first + second));
    Bfloat16Memory c = numbers.bfloat16(a.length());
    Bfloat16Memory d = numbers.bfloat16(b.length());
    numbers.own(new JoinKernel(true, count, whole, List.of(a, b))).run();
    numbers.own(new JoinKernel(false, count, whole, List.of(c, d))).run();
    float[] joined = Numbers.read(whole);
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < first; j++) {
        assertThat(joined[i * (first + second) + j]).isEqualTo(Numbers.read(a)[i * first + j]);
      }
    }
    assertThat(Numbers.read(c)).isEqualTo(Numbers.read(a));
    assertThat(Numbers.read(d)).isEqualTo(Numbers.read(b));
  }
}
