package io.troupe.data;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import java.util.Arrays;

/**
 * Makes images squares of one size, with Pillow's pixels: rows are filtered first, then columns,
 * and both results are rounded to 8 bits. Which size is scaled to, and where it is cut or laid, is
 * as in torchvision's Resize and CenterCrop, Pillow's ImageOps.pad, and Pillow's resize. Immutable.
 *
 * @param side of the squares, in pixels
 */
public record Squares(int side, Fit fit, Filter filter) {
  private static final int HALF = 1 << (ScalingFilter.FRACTION_BITS - 1);

  /**
   * The square of an image.
   *
   * @param pixels RGB, rows from the top, {@code width * height * 3} bytes
   * @return {@code side * side * 3} bytes, in the same layout
   */
  public byte[] of(int width, int height, byte[] pixels) {
    return of(new RgbImage(width, height, pixels));
  }

  /** The square of {@code side * side * 3} bytes, in the image's layout. */
  byte[] of(RgbImage image) {
    int width = image.width();
    int height = image.height();
    return switch (fit) {
      case CROP -> {
        int shorter = Math.min(width, height);
        yield scaled(
            image,
            new ScalingFilter(filter, width, (int) ((long) side * width / shorter), side),
            new ScalingFilter(filter, height, (int) ((long) side * height / shorter), side));
      }
      case PAD -> padded(image);
      case STRETCH ->
          scaled(
              image,
              new ScalingFilter(filter, width, side, side),
              new ScalingFilter(filter, height, side, side));
    };
  }

  private byte[] padded(RgbImage image) {
    int width = side;
    int height = side;
    if (image.width() > image.height()) {
      height = shorter(image.height(), image.width());
    } else if (image.width() < image.height()) {
      width = shorter(image.width(), image.height());
    }
    byte[] scaled =
        scaled(
            image,
            new ScalingFilter(filter, image.width(), width, width),
            new ScalingFilter(filter, image.height(), height, height));
    if (scaled.length == 3 * side * side) {
      return scaled;
    }
    int left = (int) Math.rint((side - width) * 0.5);
    int top = (int) Math.rint((side - height) * 0.5);
    byte[] square = new byte[3 * side * side];
    for (int y = 0; y < height; y++) {
      System.arraycopy(scaled, 3 * y * width, square, 3 * ((top + y) * side + left), 3 * width);
    }
    return square;
  }

  /** The length that the shorter side is scaled to when the longer one fits; at least a pixel. */
  private int shorter(int length, int longer) {
    return Math.max(1, (int) Math.rint((double) length / longer * side));
  }

  private static byte[] scaled(RgbImage image, ScalingFilter across, ScalingFilter down) {
    int width = 3 * across.count();
    int from = down.from();
    int last = down.to() - from - 1;
    int[] narrow = new int[width * (last + 1)];
    long[] rows = new long[3 * (across.to() - across.from())];
    for (int y = 0; y <= last; y += 2) {
      int next = Math.min(y + 1, last);
      join(image, from + y, from + next, 3 * across.from(), rows);
      filterRows(rows, across, narrow, y * width, next * width);
    }
    byte[] result = new byte[width * down.count()];
    int[] sums = new int[width];
    for (int y = 0; y < down.count(); y++) {
      Arrays.fill(sums, HALF);
      int row = (down.start(y) - from) * width;
      for (int weight : down.weights(y)) {
        addRow(weight, narrow, row, sums);
        row += width;
      }
      for (int i = 0; i < width; i++) {
        result[y * width + i] = (byte) rounded(sums[i]);
      }
    }
    return result;
  }

  /** Two rows, from a byte on, as the lower and upper halves of longs. */
  private static void join(RgbImage image, int first, int second, int from, long[] target) {
    byte[] pixels = image.pixels();
    int one = 3 * image.width() * first + from;
    int two = 3 * image.width() * second + from;
    for (int i = 0; i < target.length; i++) {
      target[i] = (pixels[one + i] & 0xFF) | (long) (pixels[two + i] & 0xFF) << 32;
    }
  }

  /**
   * Filters two joined rows at once: products and sums of both halves are those of the whole, as a
   * sum of 8-bit values by weights fits into 32 bits.
   */
  private static void filterRows(
      long[] rows, ScalingFilter across, int[] target, int first, int second) {
    for (int x = 0; x < across.count(); x++) {
      long red = 0;
      long green = 0;
      long blue = 0;
      int from = 3 * (across.start(x) - across.from());
      for (int weight : across.weights(x)) {
        red += weight * rows[from];
        green += weight * rows[from + 1];
        blue += weight * rows[from + 2];
        from += 3;
      }
      part(red, target, first + 3 * x, second + 3 * x);
      part(green, target, first + 3 * x + 1, second + 3 * x + 1);
      part(blue, target, first + 3 * x + 2, second + 3 * x + 2);
    }
  }

  /** Rounds both halves of a sum. */
  private static void part(long sums, int[] target, int first, int second) {
    int lower = (int) sums;
    // A negative lower half has borrowed from the upper one.
    int upper = (int) ((sums - lower) >> 32);
    target[first] = rounded(lower + HALF);
    target[second] = rounded(upper + HALF);
  }

  private static void addRow(int weight, int[] source, int from, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * source[from + i];
    }
  }

  private static int rounded(int sum) {
    return Math.max(0, Math.min(255, sum >> ScalingFilter.FRACTION_BITS));
  }
}
