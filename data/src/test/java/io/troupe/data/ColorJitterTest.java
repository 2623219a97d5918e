package io.troupe.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColorJitterTest {
  @Test
  void brightnessMultipliesAndClamps() {
    float[] rgb = {10, 100, 200, 0, 128, 255};
    ColorJitter.brightness(rgb, 0, 6, 1.5f);
    assertThat(rgb).containsExactly(15, 150, 255, 0, 192, 255);
  }

  /** Grey values 0.2989 * 100 = 29.89 and 0.587 * 200 = 117.4; their mean is 73.645. */
  @Test
  void contrastBlendsWithTheMeanOfTheGreyImage() {
    float[] rgb = {100, 0, 0, 0, 200, 0};
    ColorJitter.contrast(rgb, 0, 6, 0.75f);
    assertThat(rgb)
        .containsExactly(
            new float[] {93.41125f, 18.41125f, 18.41125f, 18.41125f, 168.41125f, 18.41125f},
            within(1e-4f));
  }

  @Test
  void contrastClamps() {
    float[] rgb = {0, 0, 0, 255, 255, 255};
    ColorJitter.contrast(rgb, 0, 6, 1.2f);
    assertThat(rgb).containsExactly(0, 0, 0, 255, 255, 255);
  }

  /** The pixel's grey value is 0.2989 * 200 + 0.587 * 100 + 0.114 * 50 = 124.18. */
  @ParameterizedTest
  @CsvSource({
    "1, 200, 100, 50",
    "0, 124.18, 124.18, 124.18",
    "0.5, 162.09, 112.09, 87.09",
    "2, 255, 75.82, 0"
  })
  void saturationBlendsWithTheGreyImage(float factor, float red, float green, float blue) {
    float[] rgb = {200, 100, 50};
    ColorJitter.saturation(rgb, 0, 3, factor);
    assertThat(rgb).containsExactly(new float[] {red, green, blue}, within(1e-3f));
  }

  @ParameterizedTest
  @CsvSource({
    "0.33333334, 0, 255, 0",
    "-0.33333334, 0, 0, 255",
    "0.16666667, 255, 255, 0",
    "-0.16666667, 255, 0, 255",
    "0.5, 0, 255, 255",
    "-0.5, 0, 255, 255",
    "0.083333336, 255, 127.5, 0",
    "0, 255, 0, 0"
  })
  void hueTurnsRed(float turn, float red, float green, float blue) {
    float[] rgb = {255, 0, 0};
    ColorJitter.hue(rgb, 0, 3, turn);
    assertThat(rgb).containsExactly(new float[] {red, green, blue}, within(1e-3f));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.5, -0.31, -0.1, -0.003, 0, 0.02, 0.1, 0.25, 0.5})
  void hueAgreesWithHsvOfTheJavaLibrary(double turn) {
    Random random = new Random(1);
    for (int i = 0; i < 5000; i++) {
      int[] in = {random.nextInt(256), random.nextInt(256), random.nextInt(256)};
      float[] rgb = {in[0], in[1], in[2]};
      ColorJitter.hue(rgb, 0, 3, (float) turn);
      float[] hsv = Color.RGBtoHSB(in[0], in[1], in[2], null);
      int expected = Color.HSBtoRGB(hsv[0] + (float) turn, hsv[1], hsv[2]);
      for (int channel = 0; channel < 3; channel++) {
        int value = expected >> (16 - 8 * channel) & 255;
        assertThat(rgb[channel]).isCloseTo(value, within(0.51f));
      }
    }
  }

  @Test
  void hueThereAndBackGivesTheImage() {
    Random random = new Random(2);
    float[] rgb = new float[3000];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = random.nextInt(256);
    }
    float[] turned = rgb.clone();
    ColorJitter.hue(turned, 0, 3000, 0.37f);
    assertThat(turned).isNotEqualTo(rgb);
    ColorJitter.hue(turned, 0, 3000, -0.37f);
    assertThat(turned).containsExactly(rgb, within(2e-3f));
  }

  /** The grey weights sum to 0.9999, so saturation moves a grey pixel by up to 1e-4 of it. */
  @Test
  void greyImagesKeepTheirLooksUnderSaturationAndHue() {
    float[] grey = new float[3 * 256];
    for (int i = 0; i < 256; i++) {
      Arrays.fill(grey, 3 * i, 3 * i + 3, i);
    }
    float[] changed = grey.clone();
    ColorJitter.hue(changed, 0, changed.length, 0.3f);
    assertThat(changed).isEqualTo(grey);
    ColorJitter.saturation(changed, 0, changed.length, 1.8f);
    assertThat(changed).containsExactly(grey, within(0.03f));
  }

  @Test
  void onlyTheGivenPixelsChange() {
    float[] rgb = {90, 60, 30, 90, 60, 30, 90, 60, 30};
    ColorJitter.brightness(rgb, 3, 6, 0.5f);
    ColorJitter.contrast(rgb, 3, 6, 0.5f);
    ColorJitter.saturation(rgb, 3, 6, 0.5f);
    ColorJitter.hue(rgb, 3, 6, 0.5f);
    assertThat(rgb).startsWith(90, 60, 30).endsWith(90, 60, 30);
    assertThat(rgb[3]).isNotEqualTo(90);
  }
}
