package io.troupe.models.kernels;

/**
 * One thread's memory for {@link PictureWarp}, as large as the largest that it has warped needs.
 */
final class WarpScratch {
  /** One picture, [height, width, channels], which its warp replaces. */
  double[] picture = {};

  final double[] map = new double[WarpKernel.MAP];

  /** A row of all channels. */
  double[] row = {};

  /** A row of one channel, continued, with zeros beside. */
  double[] line = {};

  /** The fine rows that the map can reach: [row, channel, even or odd, pair of columns]. */
  double[] fine = {};

  /** The first and last of these rows, and pairs of columns. */
  int top;

  int bottom;
  int left;
  int right;

  /** A sampled row: [channel, even or odd, pair of columns]. */
  double[] sampled = {};

  /** A row of the result, [channel, column]. */
  double[] halved = {};

  /** Rows of the result, [row, channel, column]. */
  double[] result = {};

  /** Where the four fine places around a sample are, of the first channel, and their shares. */
  final int[] places = new int[4];

  final double[] shares = new double[4];

  /** Makes room. */
  void fit(PictureWarp warp) {
    WarpAxis down = warp.down;
    WarpAxis across = warp.across;
    int channels = warp.channels;
    int length = channels * across.lines * down.lines;
    picture = atLeast(picture, length);
    result = atLeast(result, length);
    row = atLeast(row, channels * across.lines);
    line = atLeast(line, across.continued + 2 * PictureWarp.BESIDE);
    sampled = atLeast(sampled, channels * across.sampled);
    halved = atLeast(halved, channels * across.lines);
  }

  /** Makes room for fine rows. */
  void fitFine(int length) {
    fine = atLeast(fine, length);
  }

  private static double[] atLeast(double[] present, int length) {
    return present.length >= length ? present : new double[length];
  }

  int pairs() {
    return right - left + 1;
  }

  boolean isEmpty() {
    return top > bottom || left > right;
  }
}
