package io.troupe.models.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some rows of tiles of some pictures, whose points stay in the cache while they are worked on.
 *
 * @param plan shared by all stripes that differ in their place only
 * @param picturesOffset floats from a block's first pixel to the stripe's
 * @param resultsOffset floats from a block's first result to the stripe's
 */
record TileStripe(TilePlan plan, long picturesOffset, long resultsOffset) {
  /** With more, points leave the cache of a processor. */
  private static final long BYTES = 4L << 20;

  /** Two axes round twice. */
  private static final int MOST_POINTS_OF_TWO_AXES = 8;

  /** Whether there are tiles for such a convolution. */
  static boolean exists(ConvolutionShape shape) {
    return shape.stride() == 1
        && shape.kernelHeight() * shape.kernelWidth() > 1
        && Math.max(shape.kernelHeight(), shape.kernelWidth()) < MOST_POINTS_OF_TWO_AXES
        && (shape.kernelHeight() > 1 || shape.paddingHeight() == 0)
        && (shape.kernelWidth() > 1 || shape.paddingWidth() == 0);
  }

  /**
   * All stripes of a block, in order.
   *
   * @param threads that share the blocks of a batch
   */
  static List<TileStripe> of(ConvolutionShape shape, int threads) {
    Optional<TileAxis> horizontal =
        axis(shape.width(), shape.kernelWidth(), shape.paddingWidth(), shape);
    Optional<TileAxis> vertical =
        axis(shape.height(), shape.kernelHeight(), shape.paddingHeight(), shape);
    TilePlan picture = new TilePlan(shape, 1, vertical, horizontal);
    long bytes = picture.pointsOfAPicture() * (shape.in() + shape.out()) * Float.BYTES;
    if (bytes <= BYTES || vertical.isEmpty()) {
      // Large filters are to be read for some pictures at once.
      long filters = picture.points() * shape.in() * shape.out() * Float.BYTES;
      long share = (shape.batch() + threads - 1) / threads;
      long block = Math.min(share, Math.max(1, Math.max(BYTES, filters / 2) / bytes));
      while (shape.batch() % block != 0) {
        block--;
      }
      return List.of(new TileStripe(new TilePlan(shape, block, vertical, horizontal), 0, 0));
    }
    return stripes(shape, vertical.get(), horizontal, bytes);
  }

  private static List<TileStripe> stripes(
      ConvolutionShape shape, TileAxis vertical, Optional<TileAxis> horizontal, long bytes) {
    int tiles = vertical.tiles();
    int most = (int) Math.max(1, BYTES * tiles / bytes);
    int count = (tiles + most - 1) / most;
    int height = (tiles + count - 1) / count;
    List<TileStripe> stripes = new ArrayList<>();
    List<TileAxis> parts = new ArrayList<>();
    for (int first = 0; first < tiles; first += height) {
      TileAxis part = vertical.part(first, height);
      TilePlan plan = new TilePlan(shape, 1, Optional.of(part), horizontal);
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).isLike(part)) {
          plan = stripes.get(i).plan();
        }
      }
      parts.add(part);
      stripes.add(
          new TileStripe(
              plan,
              vertical.firstPixel(first) * shape.width() * shape.in(),
              (long) first * vertical.tile() * shape.outWidth() * shape.out()));
    }
    return stripes;
  }

  private static Optional<TileAxis> axis(
      long pixels, long weights, long padding, ConvolutionShape shape) {
    boolean two = shape.kernelHeight() > 1 && shape.kernelWidth() > 1;
    int most = two ? MOST_POINTS_OF_TWO_AXES : ToomCook.MOST_PRODUCTS;
    return weights == 1
        ? Optional.empty()
        : Optional.of(TileAxis.of((int) pixels, (int) weights, (int) padding, most));
  }
}
