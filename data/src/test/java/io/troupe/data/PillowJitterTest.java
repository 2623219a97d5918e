package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against Pillow itself; see scripts/fixtures/color_jitter.py. */
@Tag("parity")
class PillowJitterTest {
  private static byte[] image;
  private static double[] steps;
  private static byte[] results;
  private static int cases;

  @BeforeAll
  static void readFixture() throws IOException {
    try (NpzReader npz = new NpzReader(Fixtures.path("color-jitter.npz"))) {
      image = npz.read("picture").bytes();
      NpyArray chains = npz.read("steps");
      cases = chains.header().shape().get(0);
      steps = chains.doubles();
      results = npz.read("results").bytes();
    }
  }

  @Test
  void levelsArePillows() {
    assertThat(cases).isGreaterThan(50);
    for (int number = 0; number < cases; number++) {
      float[] rgb = new float[image.length];
      Augmentation.load(image, rgb, 0);
      for (int place = 0; place < 4; place++) {
        int at = 2 * (4 * number + place);
        apply((int) steps[at], steps[at + 1], rgb);
      }
      for (int i = 0; i < rgb.length; i++) {
        int expected = results[number * rgb.length + i] & 255;
        assertThat(rgb[i]).as("case %d, value %d", number, i).isEqualTo(expected);
      }
    }
  }

  private static void apply(int operation, double factor, float[] rgb) {
    switch (operation) {
      case 0 -> PillowJitter.brightness(rgb, 0, rgb.length, (float) factor);
      case 1 -> PillowJitter.contrast(rgb, 0, rgb.length, (float) factor);
      case 2 -> PillowJitter.saturation(rgb, 0, rgb.length, (float) factor);
      case 3 -> PillowJitter.hue(rgb, 0, rgb.length, factor);
      default -> assertThat(operation).isEqualTo(-1);
    }
  }
}
