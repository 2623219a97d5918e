package io.troupe.config.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CounterRandomTest {
  private static final int SAMPLES = 1_000_000;

  /** The vectors of the Random123 distribution (kat_vectors, philox4x32 10). */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void philoxGivesThePublishedVectors(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] out = new int[4];

    CounterRandom.philox(c[0], c[1], c[2], c[3], k[0], k[1], out);

    assertThat(out).containsExactly(words(expected));
  }

  @Test
  void sequenceIsPhiloxOfItsArguments() {
    long seed = 0x299f31d0_a4093822L;
    long step = 0x1234_89abcdefL;
    CounterRandom random = new CounterRandom(seed, Stream.SAMPLING, step, 77);

    for (int position = 0; position < 3; position++) {
      int[] block = new int[4];
      CounterRandom.philox(position, 77, 0x89abcdef, 0x1234_0006, 0xa4093822, 0x299f31d0, block);
      for (int word : block) {
        assertThat(random.nextInt()).isEqualTo(word);
      }
    }
  }

  @Test
  void argumentsThatDifferGiveSequencesThatDiffer() {
    Set<Long> starts = new HashSet<>();
    long[] seeds = {0, 1, -1, 1L << 32, Long.MIN_VALUE};
    long[] steps = {0, 1, 2, 1L << 16, 1L << 32, (1L << 48) - 1};
    int[] indices = {0, 1, 2, Integer.MAX_VALUE};
    for (long seed : seeds) {
      for (Stream stream : Stream.values()) {
        for (long step : steps) {
          for (int index : indices) {
            CounterRandom random = new CounterRandom(seed, stream, step, index);
            starts.add((long) random.nextInt() << 32 | Integer.toUnsignedLong(random.nextInt()));
          }
        }
      }
    }

    assertThat(starts)
        .hasSize(seeds.length * Stream.values().length * steps.length * indices.length);
  }

  @Test
  void streamsAreUncorrelated() {
    int n = 100_000;
    CounterRandom a = new CounterRandom(5, Stream.DISCRIMINATOR_LATENT, 9, 0);
    CounterRandom b = new CounterRandom(5, Stream.GENERATOR_LATENT, 9, 0);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a.nextGaussian() * b.nextGaussian();
    }

    // The mean of n products of independent normals has the standard deviation 1 / sqrt(n).
    assertThat(sum / n).isCloseTo(0, within(4.5 / Math.sqrt(n)));
  }

  @Test
  void streamIdsStayAsTheyAre() {
    Map<Stream, Integer> ids =
        Arrays.stream(Stream.values()).collect(Collectors.toMap(Function.identity(), s -> s.id));

    assertThat(ids)
        .containsOnly(
            Map.entry(Stream.INITIALISATION, 1),
            Map.entry(Stream.SHUFFLE, 2),
            Map.entry(Stream.AUGMENTATION, 3),
            Map.entry(Stream.DISCRIMINATOR_LATENT, 4),
            Map.entry(Stream.GENERATOR_LATENT, 5),
            Map.entry(Stream.SAMPLING, 6),
            Map.entry(Stream.EVALUATION, 7),
            Map.entry(Stream.DATASET, 8),
            Map.entry(Stream.FEATURES, 9),
            Map.entry(Stream.PICTURE_NOISE, 10),
            Map.entry(Stream.DIFF_AUGMENT, 11),
            Map.entry(Stream.PATH_LENGTH, 12),
            Map.entry(Stream.METRICS, 13),
            Map.entry(Stream.CONSISTENCY, 14));
  }

  @Test
  void uniformNumbersHaveTheMomentsOfTheUniformDistribution() {
    CounterRandom random = new CounterRandom(1, Stream.DATASET, 0, 0);
    double mean = 0;
    double square = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double value = random.nextDouble();
      assertThat(value >= 0 && value < 1).isTrue();
      mean += value / SAMPLES;
      square += value * value / SAMPLES;
    }

    // Standard deviations of the sample means of x and x^2: sqrt(1/12 / n) and sqrt(4/45 / n).
    assertThat(mean).isCloseTo(0.5, within(4.5 * Math.sqrt(1.0 / 12 / SAMPLES)));
    assertThat(square).isCloseTo(1.0 / 3, within(4.5 * Math.sqrt(4.0 / 45 / SAMPLES)));
  }

  @Test
  void gaussianNumbersHaveTheMomentsOfTheNormalDistribution() {
    CounterRandom random = new CounterRandom(2, Stream.INITIALISATION, 0, 0);
    double[] moments = new double[5];
    double neighbours = 0;
    double previous = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double value = random.nextGaussian();
      double power = 1;
      for (int k = 1; k <= 4; k++) {
        power *= value;
        moments[k] += power / SAMPLES;
      }
      neighbours += value * previous / SAMPLES;
      previous = value;
    }

    // The k-th moment of n normals has the variance (m[2k] - m[k]^2) / n; m[2,4,6,8] = 1,3,15,105.
    double unit = 4.5 / Math.sqrt(SAMPLES);
    assertThat(moments[1]).isCloseTo(0, within(unit));
    assertThat(moments[2]).isCloseTo(1, within(unit * Math.sqrt(2)));
    assertThat(moments[3]).isCloseTo(0, within(unit * Math.sqrt(15)));
    assertThat(moments[4]).isCloseTo(3, within(unit * Math.sqrt(96)));
    assertThat(neighbours).isCloseTo(0, within(unit));
  }

  @Test
  void smallBoundsAreUniform() {
    CounterRandom random = new CounterRandom(3, Stream.SHUFFLE, 0, 0);
    int[] counts = new int[6];
    for (int i = 0; i < SAMPLES; i++) {
      counts[random.nextInt(6)]++;
    }

    // The chi-square distribution with 5 degrees of freedom exceeds 35.9 once in 10^6 times.
    assertThat(chiSquare(counts)).isLessThan(35.9);
  }

  @Test
  void largeBoundsHaveNoBias() {
    // 2^32 numbers do not spread evenly over 3 * 2^29: without rejection, remainders mod 3 come
    // in the proportion 3:3:2.
    int bound = 3 << 29;
    CounterRandom random = new CounterRandom(4, Stream.SHUFFLE, 0, 0);
    int[] counts = new int[3];
    for (int i = 0; i < SAMPLES; i++) {
      int value = random.nextInt(bound);
      assertThat(value >= 0 && value < bound).isTrue();
      counts[value % 3]++;
    }

    // The chi-square distribution with 2 degrees of freedom exceeds 27.6 once in 10^6 times.
    assertThat(chiSquare(counts)).isLessThan(27.6);
  }

  @Test
  void coinIsFair() {
    CounterRandom random = new CounterRandom(6, Stream.AUGMENTATION, 0, 0);
    int heads = 0;
    for (int i = 0; i < SAMPLES; i++) {
      heads += random.nextBoolean() ? 1 : 0;
    }

    assertThat((double) heads / SAMPLES).isCloseTo(0.5, within(4.5 * 0.5 / Math.sqrt(SAMPLES)));
  }

  @Test
  void roundingNeverReachesTheExcludedBound() {
    CounterRandom random = new CounterRandom(7, Stream.AUGMENTATION, 0, 0);
    double high = Math.nextUp(1.0);
    for (int i = 0; i < 1000; i++) {
      assertThat(random.nextDouble(1, high)).isEqualTo(1);
    }
  }

  @Test
  void equalBoundsGiveTheBound() {
    CounterRandom random = new CounterRandom(7, Stream.AUGMENTATION, 0, 0);

    assertThat(random.nextDouble(1, 1)).isEqualTo(1);
  }

  @Test
  void argumentsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new CounterRandom(0, Stream.SHUFFLE, -1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step -1");
    assertThatThrownBy(() -> new CounterRandom(0, Stream.SHUFFLE, 1L << 48, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 281474976710656");
    assertThatThrownBy(() -> new CounterRandom(0, Stream.SHUFFLE, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index -1");
    assertThatThrownBy(() -> new CounterRandom(0, Stream.SHUFFLE, 0, 0).nextInt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("bound must be positive: 0");
  }

  private static double chiSquare(int[] counts) {
    double expected = (double) SAMPLES / counts.length;
    return Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
  }

  private static int[] words(String hex) {
    return Arrays.stream(hex.strip().split(" "))
        .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
        .toArray();
  }
}
