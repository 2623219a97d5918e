package io.troupe.models.networks.r3gan;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.LeakyRelu;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * What both networks are made of. Weights begin normal, with a deviation of a gain over √fan-in.
 *
 * @param channels at 32x32 and less; half as many at each size twice as large
 * @param sizes how many sizes there are, from {@link #SMALLEST} on
 */
record R3GanLayers(int channels, int sizes) {
  /** Side of the smallest pictures. */
  static final int SMALLEST = 4;

  /** At each size. */
  static final int BLOCKS = 2;

  /** Inside of a block there are so many times the channels. */
  private static final int EXPANSION = 2;

  /** Of a group of the convolutions inside of blocks. */
  private static final int GROUP_CHANNELS = 16;

  private static final int LARGEST_OF_ALL_CHANNELS = 32;

  /** For pictures of a size. */
  static R3GanLayers of(int channels, int size) {
    return new R3GanLayers(channels, Integer.numberOfTrailingZeros(size / SMALLEST) + 1);
  }

  /** What channels have to be a multiple of for pictures of a size. */
  static int channelMultiple(int size) {
    return GROUP_CHANNELS / EXPANSION * Math.max(1, size / LARGEST_OF_ALL_CHANNELS);
  }

  /** The channels at a side. */
  long width(int side) {
    return channels / Math.max(1, side / LARGEST_OF_ALL_CHANNELS);
  }

  /** Declares the parameter {@code weight}. */
  static SDVariable weight(Scope scope, double gain, long fanIn, long... shape) {
    double deviation = gain / Math.sqrt((double) fanIn);
    return scope.parameter(
        "weight", deviation == 0 ? new Initial.Constant(0) : new Initial.Normal(deviation), shape);
  }

  /** A matrix product without bias, [N, in] to [N, out]. */
  static SDVariable linear(Scope scope, SDVariable x, double gain, long in, long out) {
    return x.mmul(weight(scope, gain, in, in, out));
  }

  /** A 1x1 convolution without bias. */
  static SDVariable pointwise(Scope scope, SDVariable x, double gain, long in, long out) {
    return Convolution.same(scope.operations(), x, weight(scope, gain, in, 1, 1, in, out), 1);
  }

  /** The residual blocks of one size, in scopes of their own. */
  SDVariable blocks(Scope scope, SDVariable x, int side) {
    SDVariable h = x;
    for (int index = 0; index < BLOCKS; index++) {
      h = block(scope.child("block" + index), h, width(side));
    }
    return h;
  }

  /** 1x1 to twice the channels, 3x3 in groups, and 1x1 back, which begins as zero. */
  private SDVariable block(Scope scope, SDVariable x, long width) {
    SameDiff ops = scope.operations();
    long inner = EXPANSION * width;
    // What blocks add shall not grow with their number, without normalisation (Fixup, Zhang et al.,
    // 2019).
    double gain = LeakyRelu.gain() * Math.pow((double) sizes * BLOCKS, -0.25);
    Scope expand = scope.child("expand");
    SDVariable h =
        Convolution.same(
            ops, x, weight(expand, gain, width, 1, 1, width, inner), 1, bias(expand, inner));
    Scope group = scope.child("group");
    SDVariable grouped = weight(group, gain, 9L * GROUP_CHANNELS, 3, 3, GROUP_CHANNELS, inner);
    h = Convolution.same(ops, LeakyRelu.apply(ops, h), grouped, 3, bias(group, inner));
    return x.add(pointwise(scope.child("reduce"), LeakyRelu.apply(ops, h), 0, inner, width));
  }

  private static SDVariable bias(Scope scope, long length) {
    return scope.parameter("bias", new Initial.Constant(0), length);
  }
}
