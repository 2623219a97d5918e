package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Minibatch standard deviation (Karras et al., "Progressive growing of GANs", 2018, section 3): one
 * more channel that says how much the pictures of a group differ, the mean over positions and
 * channels of the standard deviation over the group.
 *
 * <p>Groups are consecutive pictures, so batches of real and of generated pictures that are put one
 * behind the other do not mix as long as each is a multiple of the group.
 */
public final class MinibatchDeviation {
  /** Added to variances. The deviation of equal pictures is its root. */
  private static final double EPSILON = 1e-8;

  private MinibatchDeviation() {}

  /**
   * Appends the channel.
   *
   * @param x [N, H, W, C]
   * @param group pictures of a group
   * @param shape of x
   * @return [N, H, W, C + 1]
   * @throws IllegalArgumentException if N is not a multiple of the group
   */
  public static SDVariable append(SameDiff ops, SDVariable x, long group, long... shape) {
    if (group < 1 || shape[0] % group != 0) {
      throw new IllegalArgumentException(
          "batch of %d with groups of %d in minibatch deviation: make it a multiple"
              .formatted(shape[0], group));
    }
    long groups = shape[0] / group;
    long pixels = shape[1] * shape[2];
    SDVariable members = ops.reshape(x, groups, group, pixels * shape[3]);
    SDVariable centred = members.sub(members.mean(true, 1));
    SDVariable variance = centred.mul(centred).mean(1);
    SDVariable deviation = ops.math().sqrt(variance.add(EPSILON)).mean(true, 1);
    SDVariable ones = ops.constant(Nd4j.ones(x.dataType(), 1, group * pixels));
    SDVariable channel = ops.reshape(deviation.mmul(ones), shape[0], shape[1], shape[2], 1);
    return ops.concat(3, x, channel);
  }
}
