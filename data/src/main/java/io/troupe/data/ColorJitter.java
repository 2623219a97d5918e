package io.troupe.data;

/**
 * The four operations of torchvision's ColorJitter on interleaved RGB floats in [0, 255], in place.
 * Each clamps its result to that range. {@code from} and {@code to} bound whole pixels.
 */
final class ColorJitter {
  private static final float MAX = 255;
  private static final float RED = 0.2989f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private ColorJitter() {}

  /** Multiplies by a factor that is not negative. */
  static void brightness(float[] rgb, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      rgb[i] = Math.min(rgb[i] * factor, MAX);
    }
  }

  /** Blends with the mean of the grey image: factor 0 gives the mean, 1 the image. */
  static void contrast(float[] rgb, int from, int to, float factor) {
    double sum = 0;
    for (int i = from; i < to; i += 3) {
      sum += grey(rgb[i], rgb[i + 1], rgb[i + 2]);
    }
    blend(rgb, from, to, 3 * sum / (to - from), factor);
  }

  /** The same of an image that is grey, one float a pixel. */
  static void contrastOfGrey(float[] grey, int from, int to, float factor) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += grey[i];
    }
    blend(grey, from, to, sum / (to - from), factor);
  }

  private static void blend(float[] pixels, int from, int to, double mean, float factor) {
    float shift = (1 - factor) * (float) mean;
    for (int i = from; i < to; i++) {
      pixels[i] = clamp(factor * pixels[i] + shift);
    }
  }

  /** Blends with the grey image: factor 0 gives the grey image, 1 the image. */
  static void saturation(float[] rgb, int from, int to, float factor) {
    for (int i = from; i < to; i += 3) {
      float shift = (1 - factor) * grey(rgb[i], rgb[i + 1], rgb[i + 2]);
      rgb[i] = clamp(factor * rgb[i] + shift);
      rgb[i + 1] = clamp(factor * rgb[i + 1] + shift);
      rgb[i + 2] = clamp(factor * rgb[i + 2] + shift);
    }
  }

  /**
   * Rotates the hue of HSV and keeps saturation and value.
   *
   * @param turn part of a full turn, in [-0.5, 0.5]; 1/3 takes red to green
   */
  static void hue(float[] rgb, int from, int to, float turn) {
    // In sixths of a turn, plus one turn so that the sum with any pixel's hue is positive.
    float sixths = 6 * turn + 6;
    for (int i = from; i < to; i += 3) {
      float red = rgb[i];
      float green = rgb[i + 1];
      float blue = rgb[i + 2];
      float value = Math.max(red, Math.max(green, blue));
      float chroma = value - Math.min(red, Math.min(green, blue));
      float scale = chroma > 0 ? 1 / chroma : 0;
      float hue =
          value == red
              ? (green - blue) * scale
              : value == green ? 2 + (blue - red) * scale : 4 + (red - green) * scale;
      float turned = hue + sixths;
      rgb[i] = value - chroma * depth(turned + 5);
      rgb[i + 1] = value - chroma * depth(turned + 3);
      rgb[i + 2] = value - chroma * depth(turned + 1);
    }
  }

  /** How far below the value a channel is, as a share of the chroma: a periodic trapezium. */
  private static float depth(float sixths) {
    float phase = sixths - 6 * (int) (sixths * (1 / 6f));
    return Math.max(0, Math.min(1, Math.min(phase, 4 - phase)));
  }

  private static float grey(float red, float green, float blue) {
    return RED * red + GREEN * green + BLUE * blue;
  }

  private static float clamp(float x) {
    return Math.max(0, Math.min(x, MAX));
  }
}
