package io.troupe.metrics.cifar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfTest {
  /** Bits and values as NumPy's float16 has them. */
  @ParameterizedTest
  @CsvSource({
    "0x0000, 0",
    "0x0001, 5.9604644775390625e-8",
    "0x03ff, 6.097555160522461e-5",
    "0x0400, 6.103515625e-5",
    "0x3555, 0.333251953125",
    "0x3c00, 1",
    "0x3c01, 1.0009765625",
    "0xc000, -2",
    "0x7bff, 65504",
    "0xfbff, -65504",
    "0x7c00, Infinity",
    "0xfc00, -Infinity"
  })
  void bitsMeanWhatTheStandardSays(String bits, float value) {
    short half = (short) (int) Integer.decode(bits);
    assertThat(Half.toFloat(half)).isEqualTo(value);
    assertThat(Half.of(value)).isEqualTo(half);
  }

  /** Results as NumPy's float16 has them: ties to even, carries, overflow, underflow. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 0x2e66",
    "-0.3333333, 0xb555",
    "1.00048828125, 0x3c00",
    "1.00146484375, 0x3c02",
    "2047.75, 0x6800",
    "65519.996, 0x7bff",
    "65520, 0x7c00",
    "6.1e-5, 0x03ff",
    "6.1020e-5, 0x0400",
    "2.9802322e-8, 0x0000",
    "2.9802326e-8, 0x0001",
    "-1e-30, 0x8000",
    "3e38, 0x7c00"
  })
  void roundsToTheNearest(float value, String bits) {
    assertThat(Half.of(value)).isEqualTo((short) (int) Integer.decode(bits));
  }

  @Test
  void everyHalfSurvives() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = Half.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertThat(Half.toFloat(Half.of(value))).isNaN();
      } else {
        assertThat(Half.of(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void noOtherHalfIsNearer() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      float value = (float) Math.scalb(random.nextDouble(), random.nextInt(40) - 25);
      short half = Half.of(value);
      double error = Math.abs((double) Half.toFloat(half) - value);
      assertThat(error)
          .isLessThanOrEqualTo(Math.abs((double) Half.toFloat((short) (half + 1)) - value));
      if (half > 0) {
        assertThat(error)
            .isLessThanOrEqualTo(Math.abs((double) Half.toFloat((short) (half - 1)) - value));
      }
    }
  }
}
