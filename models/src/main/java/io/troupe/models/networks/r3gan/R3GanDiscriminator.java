package io.troupe.models.networks.r3gan;

import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.FirFilter;
import io.troupe.models.networks.ImageSpec;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The discriminator, the generator's mirror image: a 1x1 convolution of colours, residual blocks at
 * each size and filtered halving between, a sum over 4x4 positions with weights for each channel,
 * and a matrix product. Its product with the class's embedding is the logit; with a single class it
 * has one result, which is.
 *
 * @param spec of the images
 */
record R3GanDiscriminator(R3GanLayers layers, ImageSpec spec) {
  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, size, size, channels]
   * @param labels one-hot [N, classes]; not read if there is a single class
   * @return logits [N, 1]
   */
  SDVariable logits(Scope scope, SDVariable images, SDVariable labels, long pictures) {
    SameDiff ops = scope.operations();
    int side = spec.size();
    SDVariable h =
        R3GanLayers.pointwise(scope.child("rgb"), images, 1, spec.channels(), layers.width(side));
    while (side > R3GanLayers.SMALLEST) {
      Scope stage = scope.child("stage" + side);
      h = FirFilter.downsampleWithin(ops, layers.blocks(stage, h, side));
      long width = layers.width(side);
      side /= 2;
      if (layers.width(side) != width) {
        h = R3GanLayers.pointwise(stage.child("widen"), h, 1, width, layers.width(side));
      }
    }
    h = layers.blocks(scope.child("stage" + side), h, side);
    return logits(scope, h, labels, pictures, layers.width(side));
  }

  private SDVariable logits(
      Scope scope, SDVariable h, SDVariable labels, long pictures, long width) {
    SameDiff ops = scope.operations();
    int side = R3GanLayers.SMALLEST;
    SDVariable weight =
        R3GanLayers.weight(scope.child("basis"), 1, (long) side * side, side, side, 1, width);
    SDVariable features =
        ops.reshape(Convolution.strided(ops, h, weight, side, 1, 0), pictures, width);
    Scope last = scope.child("features");
    if (spec.classes() == 1) {
      return R3GanLayers.linear(last, features, 1, width, 1);
    }
    SDVariable embedding =
        R3GanLayers.linear(
            scope.child("embedding"), labels, 1 / Math.sqrt((double) width), spec.classes(), width);
    return R3GanLayers.linear(last, features, 1, width, width).mul(embedding).sum(true, 1);
  }
}
