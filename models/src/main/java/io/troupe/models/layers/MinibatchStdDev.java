package io.troupe.models.layers;

import io.troupe.config.NetworkSettings.DeviationGroups;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Minibatch standard deviation (Karras et al., "Progressive growing of GANs", 2018, section 3): one
 * more channel that says how much the pictures of a group differ, the mean over positions and
 * channels of the standard deviation over the group.
 *
 * <p>Groups are consecutive pictures, or strided: then of n groups in a batch each has every n-th
 * picture. Batches of real and of generated pictures that are put one behind the other do not mix.
 */
public final class MinibatchStdDev {
  /** Added to variances. The deviation of equal pictures is its root. */
  private static final double EPSILON = 1e-8;

  private MinibatchStdDev() {}

  /**
   * Appends the channel.
   *
   * @param x [N, H, W, C]
   * @param group pictures of a group
   * @param batches how many batches of equal size follow each other
   * @param shape of x
   * @return [N, H, W, C + 1]
   * @throws IllegalArgumentException if a batch is not a multiple of the group
   */
  public static SDVariable append(
      SameDiff ops, SDVariable x, long group, DeviationGroups kind, int batches, long... shape) {
    long batch = shape[0] / batches;
    if (group < 1 || batch % group != 0) {
      throw new IllegalArgumentException(
          "batch of %d with groups of %d in minibatch deviation: make it a multiple"
              .formatted(batch, group));
    }
    long groups = batch / group;
    long pixels = shape[1] * shape[2];
    SDVariable channel =
        switch (kind) {
          case CONSECUTIVE -> {
            SDVariable deviation = deviation(ops, x, batches * groups, group, 1, pixels * shape[3]);
            yield deviation.mmul(ones(ops, x, 1, group * pixels));
          }
          case STRIDED -> {
            SDVariable deviation = deviation(ops, x, batches, group, groups, pixels * shape[3]);
            SDVariable once = deviation.mmul(ones(ops, x, 1, pixels));
            // The same for each picture of a group, which come one round of groups after another.
            yield ops.reshape(once, batches, 1, groups * pixels).mul(ones(ops, x, 1, group, 1));
          }
        };
    return ops.concat(3, x, ops.reshape(channel, shape[0], shape[1], shape[2], 1));
  }

  /** Of x as [outer, group, inner, features] over the group's axis: [outer * inner, 1]. */
  private static SDVariable deviation(
      SameDiff ops, SDVariable x, long outer, long group, long inner, long features) {
    SDVariable members = ops.reshape(x, outer, group, inner * features);
    SDVariable centred = members.sub(members.mean(true, 1));
    SDVariable variance = centred.mul(centred).mean(1);
    if (inner > 1) {
      variance = ops.reshape(variance, outer * inner, features);
    }
    return ops.math().sqrt(variance.add(EPSILON)).mean(true, 1);
  }

  private static SDVariable ones(SameDiff ops, SDVariable x, long... shape) {
    return ops.constant(Nd4j.ones(x.dataType(), shape));
  }
}
