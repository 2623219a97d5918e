package io.troupe.data;

/**
 * Scales an image's shorter side to a length and cuts the square out of the centre, as
 * torchvision's Resize and CenterCrop do with Pillow's bilinear filter: rows are filtered first,
 * then columns, and both results are rounded to 8 bits.
 */
final class CenterSquare {
  private CenterSquare() {}

  /** The square of {@code side * side * 3} bytes, in the image's layout. */
  static byte[] of(RgbImage image, int side) {
    int shorter = Math.min(image.width(), image.height());
    TriangleFilter across = filter(image.width(), shorter, side);
    TriangleFilter down = filter(image.height(), shorter, side);
    int from = down.from();
    byte[] narrow = new byte[3 * side * (down.to() - from)];
    for (int y = from; y < down.to(); y++) {
      for (int x = 0; x < side; x++) {
        int start = 3 * (y * image.width() + across.start(x));
        int at = 3 * ((y - from) * side + x);
        sum(image.pixels(), start, 3, across.weights(x), narrow, at);
      }
    }
    byte[] square = new byte[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int start = 3 * ((down.start(y) - from) * side + x);
        sum(narrow, start, 3 * side, down.weights(y), square, 3 * (y * side + x));
      }
    }
    return square;
  }

  private static TriangleFilter filter(int length, int shorter, int side) {
    return new TriangleFilter(length, (int) ((long) side * length / shorter), side);
  }

  private static void sum(
      byte[] source, int start, int stride, int[] weights, byte[] target, int at) {
    int red = 1 << (TriangleFilter.FRACTION_BITS - 1);
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
    return (byte) Math.min(255, sum >> TriangleFilter.FRACTION_BITS);
  }
}
