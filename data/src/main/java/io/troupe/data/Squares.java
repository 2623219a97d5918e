package io.troupe.data;

import io.troupe.config.RunSettings.Filter;
import io.troupe.config.RunSettings.Fit;

/**
 * Makes images squares of one size, with Pillow's pixels: rows are filtered first, then columns,
 * and both results are rounded to 8 bits. Which size is scaled to, and where it is cut or laid, is
 * as in torchvision's Resize and CenterCrop, Pillow's ImageOps.pad, and Pillow's resize. Immutable.
 *
 * @param side of the squares, in pixels
 */
public record Squares(int side, Fit fit, Filter filter) {
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
    int width = across.count();
    int from = down.from();
    byte[] narrow = new byte[3 * width * (down.to() - from)];
    for (int y = from; y < down.to(); y++) {
      for (int x = 0; x < width; x++) {
        int start = 3 * (y * image.width() + across.start(x));
        int at = 3 * ((y - from) * width + x);
        sum(image.pixels(), start, 3, across.weights(x), narrow, at);
      }
    }
    byte[] result = new byte[3 * width * down.count()];
    for (int y = 0; y < down.count(); y++) {
      for (int x = 0; x < width; x++) {
        int start = 3 * ((down.start(y) - from) * width + x);
        sum(narrow, start, 3 * width, down.weights(y), result, 3 * (y * width + x));
      }
    }
    return result;
  }

  private static void sum(
      byte[] source, int start, int stride, int[] weights, byte[] target, int at) {
    int red = 1 << (ScalingFilter.FRACTION_BITS - 1);
    int green = red;
    int blue = red;
    int from = start;
    for (int weight : weights) {
      red += weight * (source[from] & 0xFF);
      green += weight * (source[from + 1] & 0xFF);
      blue += weight * (source[from + 2] & 0xFF);
      from += stride;
    }
    target[at] = toByte(red);
    target[at + 1] = toByte(green);
    target[at + 2] = toByte(blue);
  }

  private static byte toByte(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> ScalingFilter.FRACTION_BITS));
  }
}
