package io.troupe.models.augmentation;

import io.troupe.models.graph.Float32;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Pictures whose rows and columns are sums of others. */
final class Picking {
  private Picking() {}

  /**
   * Products of each picture with two matrices of its own.
   *
   * @param images [N, H, W, C]
   * @param rows [N, H, H]
   * @param columns [N, W, W]
   * @param shape of the images
   */
  static SDVariable apply(
      SameDiff ops, SDVariable images, SDVariable rows, SDVariable columns, long... shape) {
    long batch = shape[0];
    long height = shape[1];
    long width = shape[2];
    long channels = shape[3];
    return Float32.products(
        ops,
        () -> {
          SDVariable flat = ops.reshape(images, batch, height, width * channels);
          SDVariable moved = ops.reshape(ops.mmul(rows, flat), batch, height, width, channels);
          SDVariable turned =
              ops.reshape(ops.permute(moved, 0, 2, 1, 3), batch, width, height * channels);
          moved = ops.reshape(ops.mmul(columns, turned), batch, width, height, channels);
          return ops.permute(moved, 0, 2, 1, 3);
        });
  }
}
