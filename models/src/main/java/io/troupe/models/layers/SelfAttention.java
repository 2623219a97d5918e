package io.troupe.models.layers;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Self-attention (Zhang et al., "Self-attention generative adversarial networks", 2019), as BigGAN
 * has it: keys and values are the largest of every 2x2 square, and have an eighth and half of the
 * channels. What is read is added to the input, at first with factor zero.
 *
 * @param layers the spectrally normalised layers of the network
 */
public record SelfAttention(SpectralNormLayers layers) {
  /** The number of channels is a multiple of it. */
  public static final int KEY_SHARE = 8;

  /**
   * Adds the layer.
   *
   * @param x [N, side, side, channels]
   * @param side even
   * @param channels a multiple of 8
   * @return in the shape of x
   */
  public SDVariable apply(Scope scope, SDVariable x, long side, long channels) {
    SameDiff ops = scope.operations();
    long positions = side * side;
    long keySize = channels / KEY_SHARE;
    long valueSize = channels / 2;
    SDVariable theta = pointwise(scope, "theta", x, channels, keySize);
    SDVariable phi =
        Resample.downsampleByMaximum(ops, pointwise(scope, "phi", x, channels, keySize));
    SDVariable g = Resample.downsampleByMaximum(ops, pointwise(scope, "g", x, channels, valueSize));
    SDVariable queries = ops.reshape(theta, -1, positions, keySize);
    SDVariable keys = ops.reshape(phi, -1, positions / 4, keySize);
    SDVariable values = ops.reshape(g, -1, positions / 4, valueSize);
    SDVariable shares = ops.nn().softmax(ops.mmul(queries, keys, false, true, false), 2);
    SDVariable read = ops.reshape(ops.mmul(shares, values), -1, side, side, valueSize);
    // The factor scales the weight, which has fewer elements than what the convolution gives.
    SDVariable factor = scope.parameter("gamma", new Initial.Constant(0), 1);
    SDVariable weight = layers.weight(scope.child("o"), valueSize, channels).mul(factor);
    return x.add(Convolution.same(ops, read, weight, 1));
  }

  private SDVariable pointwise(Scope scope, String name, SDVariable x, long in, long out) {
    return Convolution.same(scope.operations(), x, layers.weight(scope.child(name), in, out), 1);
  }
}
