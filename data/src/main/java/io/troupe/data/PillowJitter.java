package io.troupe.data;

/**
 * The four operations of torchvision's ColorJitter as Pillow computes them on 8-bit images: on
 * interleaved RGB of whole numbers from 0 to 255, in place, with whole numbers as results.
 * Fractions are cut, so that images become a little darker with each operation. {@code from} and
 * {@code to} bound whole pixels.
 */
final class PillowJitter {
  /** ITU-R BT.601's weights of red, green and blue, of 2^16. */
  private static final int RED = 19595;

  private static final int GREEN = 38470;
  private static final int BLUE = 7471;
  private static final int HALF = 1 << 15;

  private PillowJitter() {}

  /** Multiplies by a factor that is not negative. */
  static void brightness(float[] rgb, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      rgb[i] = blend(0, rgb[i], factor);
    }
  }

  /** Blends with the mean of the grey image, which is rounded. */
  static void contrast(float[] rgb, int from, int to, float factor) {
    long sum = 0;
    for (int i = from; i < to; i += 3) {
      sum += grey(rgb, i);
    }
    blend(rgb, from, to, (int) (3.0 * sum / (to - from) + 0.5), factor);
  }

  /** The same of an image that is grey, one float a pixel. */
  static void contrastOfGrey(float[] grey, int from, int to, float factor) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += (int) grey[i];
    }
    blend(grey, from, to, (int) ((double) sum / (to - from) + 0.5), factor);
  }

  private static void blend(float[] pixels, int from, int to, int mean, float factor) {
    for (int i = from; i < to; i++) {
      pixels[i] = blend(mean, pixels[i], factor);
    }
  }

  /** Blends with the grey image. */
  static void saturation(float[] rgb, int from, int to, float factor) {
    for (int i = from; i < to; i += 3) {
      int grey = grey(rgb, i);
      for (int channel = i; channel < i + 3; channel++) {
        rgb[channel] = blend(grey, rgb[channel], factor);
      }
    }
  }

  /**
   * Shifts the hue of 8-bit HSV, of which 255 steps are a full turn.
   *
   * @param turn part of a full turn, in [-0.5, 0.5]
   */
  static void hue(float[] rgb, int from, int to, double turn) {
    int shift = (int) (turn * 255);
    for (int i = from; i < to; i += 3) {
      float red = rgb[i];
      float green = rgb[i + 1];
      float blue = rgb[i + 2];
      float value = Math.max(red, Math.max(green, blue));
      float chroma = value - Math.min(red, Math.min(green, blue));
      if (chroma == 0) {
        continue;
      }
      int saturation = (int) (chroma / value * 255.0);
      int hue = hue(red, green, blue, value, chroma) + shift & 255;
      setHsv(rgb, i, hue, saturation, value);
    }
  }

  /** Hue from 0 to 255; single precision where Pillow has it. */
  private static int hue(float red, float green, float blue, float value, float chroma) {
    float toRed = (value - red) / chroma;
    float toGreen = (value - green) / chroma;
    float toBlue = (value - blue) / chroma;
    float sixths;
    if (red == value) {
      sixths = toBlue - toGreen;
    } else if (green == value) {
      sixths = (float) (2.0 + toRed - toBlue);
    } else {
      sixths = (float) (4.0 + toGreen - toRed);
    }
    float turn = (float) ((sixths / 6.0 + 1.0) % 1.0);
    return (int) (turn * 255.0);
  }

  private static void setHsv(float[] rgb, int at, int hue, int saturation, float value) {
    if (saturation == 0) {
      rgb[at] = value;
      rgb[at + 1] = value;
      rgb[at + 2] = value;
      return;
    }
    double sixths = hue * 6.0 / 255.0;
    int sector = (int) sixths;
    float rest = (float) (sixths - sector);
    float share = (float) (saturation / 255.0);
    float low = Math.round(value * (1.0 - share));
    float falling = Math.round(value * (1.0 - share * rest));
    float rising = Math.round(value * (1.0 - share * (1.0 - rest)));
    switch (sector % 6) {
      case 0 -> set(rgb, at, value, rising, low);
      case 1 -> set(rgb, at, falling, value, low);
      case 2 -> set(rgb, at, low, value, rising);
      case 3 -> set(rgb, at, low, falling, value);
      case 4 -> set(rgb, at, rising, low, value);
      default -> set(rgb, at, value, low, falling);
    }
  }

  private static void set(float[] rgb, int at, float red, float green, float blue) {
    rgb[at] = red;
    rgb[at + 1] = green;
    rgb[at + 2] = blue;
  }

  private static int grey(float[] rgb, int at) {
    return grey((int) rgb[at], (int) rgb[at + 1], (int) rgb[at + 2]);
  }

  /** A pixel's level, 0 to 255, as Pillow's {@code convert("L")} gives it. */
  static int grey(int red, int green, int blue) {
    return (red * RED + green * GREEN + blue * BLUE + HALF) >> 16;
  }

  /** From a level at factor 0 to one at factor 1 and beyond, cut to a whole level. */
  private static float blend(int without, float level, float factor) {
    float blended = without + factor * (level - without);
    return (int) Math.max(0, Math.min(blended, 255));
  }
}
