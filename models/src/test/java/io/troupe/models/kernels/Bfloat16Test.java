package io.troupe.models.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import org.junit.jupiter.api.Test;

/** Rounding against decimal fractions. */
class Bfloat16Test {
  @Test
  void roundsToTheNearestAndTiesToEven() {
    CounterRandom random = new CounterRandom(5, Stream.INITIALISATION, 0, 0);
    for (int i = 0; i < 20_000; i++) {
      int bits = random.nextInt(Integer.MAX_VALUE) ^ (random.nextInt(2) << 31);
      // Every fourth lies halfway between two numbers, every other fourth is a small one.
      bits = i % 4 == 0 ? (bits & 0xffff0000) | 0x8000 : bits;
      bits = i % 4 == 1 ? bits & 0x80ffffff : bits;
      float value = Float.intBitsToFloat(bits);
      if (Float.isFinite(value) && Math.abs(value) < 3.38e38f) {
        assertThat(Bfloat16.of(value)).as("%s", value).isEqualTo(Numbers.rounded(value));
      }
    }
  }

  @Test
  void keepsWhatIsNoFiniteNumber() {
    assertThat(Bfloat16.rounded(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Bfloat16.rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Bfloat16.rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    for (int bits : new int[] {0x7fc00000, 0x7fffffff, 0x7f800001, 0xffffffff, 0xff800001}) {
      assertThat(Bfloat16.rounded(Float.intBitsToFloat(bits))).as("%x", bits).isNaN();
    }
    assertThat(Float.floatToRawIntBits(Bfloat16.rounded(-0f))).isEqualTo(0x80000000);
  }

  @Test
  void castsArraysOfAnyLengthAsSingleNumbers() {
    for (int length : new int[] {1, 2, 1023, 1024, 70_001}) {
      try (Numbers numbers = new Numbers()) {
        FloatMemory floats = numbers.floats(length);
        Bfloat16Memory halves = numbers.bfloat16(length);
        FloatMemory back = numbers.floats(length);
        numbers.own(new CastKernel(floats, halves)).run();
        numbers.own(new CastKernel(halves, back)).run();
        float[] expected = Numbers.rounded(Numbers.read(floats));
        assertThat(Numbers.read(halves)).isEqualTo(expected);
        assertThat(Numbers.read(back)).isEqualTo(expected);
      }
    }
  }
}
