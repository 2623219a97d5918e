package io.troupe.models.networks.r3gan;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.FirFilter;
import io.troupe.models.networks.ImageSpec;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The generator: a learned 4x4 picture times channels that are linear in latent vector and class,
 * then residual blocks at each size and filtered doubling between, and a 1x1 convolution to
 * colours.
 *
 * @param spec of the images
 */
record R3GanGenerator(R3GanLayers layers, int latentSize, ImageSpec spec) {
  private static final int EMBEDDING = 64;

  /**
   * Adds the network.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]; not read if there is a single class
   * @return pictures that are meant to be in [-1, 1], [N, size, size, channels]
   */
  SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
    SameDiff ops = scope.operations();
    int side = R3GanLayers.SMALLEST;
    SDVariable h = basis(scope, latents, labels, batch);
    h = layers.blocks(scope.child("stage" + side), h, side);
    while (side < spec.size()) {
      long width = layers.width(side);
      side *= 2;
      Scope stage = scope.child("stage" + side);
      if (layers.width(side) != width) {
        h = R3GanLayers.pointwise(stage.child("narrow"), h, 1, width, layers.width(side));
      }
      h = FirFilter.upsampleWithin(ops, h, batch, side / 2, side / 2, layers.width(side));
      h = layers.blocks(stage, h, side);
    }
    return R3GanLayers.pointwise(scope.child("rgb"), h, 1, layers.width(side), spec.channels());
  }

  private SDVariable basis(Scope scope, SDVariable latents, SDVariable labels, long batch) {
    SameDiff ops = scope.operations();
    long side = R3GanLayers.SMALLEST;
    long width = layers.width(R3GanLayers.SMALLEST);
    SDVariable given = latents;
    long length = latentSize;
    if (spec.classes() > 1) {
      SDVariable embedding =
          R3GanLayers.linear(scope.child("embedding"), labels, 1, spec.classes(), EMBEDDING);
      given = ops.concat(1, latents, embedding);
      length += EMBEDDING;
    }
    Scope basis = scope.child("basis");
    SDVariable scales = R3GanLayers.linear(basis, given, 1, length, width);
    SDVariable picture = basis.parameter("picture", new Initial.Normal(1), side, side, width);
    return ops.reshape(scales, batch, 1, 1, width).mul(ops.reshape(picture, 1, side, side, width));
  }
}
