package io.troupe.metrics.cifar;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Convolution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The classifier: residual blocks (He et al., 2016) on images of 32x32 pixels.
 *
 * <p>Three stages, each of which halves height and width by a strided convolution, 5x5 in the first
 * and 3x3 in the others, and adds a block of two 3x3 convolutions to what it made. The features are
 * the means of the last stage's channels over the image; the logits are linear in them. Every
 * convolution is followed by batch norm or, in the folded network, by a bias.
 *
 * @param folded whether batch norm is part of the convolutions' weights and biases
 */
record ResidualNetwork(boolean folded) {
  /** Height and width of the images, in pixels. */
  static final int SIDE = 32;

  /** Classes. */
  static final int CLASSES = 20;

  /** Features. */
  static final int FEATURES = 192;

  /** Begins the names of the network's inputs in a graph. */
  static final String PREFIX = "classifier/";

  /** Added to variances. */
  static final double EPSILON = 1e-5;

  private static final long[] STAGE_CHANNELS = {64, 128, FEATURES};
  private static final int COLOURS = 3;
  private static final double STATISTICS_MOMENTUM = 0.1;

  /**
   * What the network computes.
   *
   * @param features [N, {@link #FEATURES}]
   * @param logits [N, {@link #CLASSES}]
   */
  record Results(SDVariable features, SDVariable logits) {}

  /** Where the values lie in their flat vector. */
  ParameterLayout layout() {
    GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
    Scope scope = graph.scope(PREFIX, BatchNormMode.BATCH);
    apply(scope, graph.input("images", 1, SIDE, SIDE, COLOURS), 1);
    return scope.layout();
  }

  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, 32, 32, 3]
   * @param batch N
   */
  Results apply(Scope scope, SDVariable images, long batch) {
    SameDiff ops = scope.operations();
    SDVariable h = images;
    long in = COLOURS;
    long size = SIDE;
    for (int i = 0; i < STAGE_CHANNELS.length; i++) {
      Scope stage = scope.child("stage" + i);
      long out = STAGE_CHANNELS[i];
      size /= 2;
      long[] shape = {batch, size, size, out};
      h = relu(ops, convolve(stage.child("halve"), h, i == 0 ? 5 : 3, 2, in, 1, shape));
      SDVariable r = relu(ops, convolve(stage.child("first"), h, 3, 1, out, 1, shape));
      // Blocks are the identity at first, which makes the first epochs easier.
      r = convolve(stage.child("second"), r, 3, 1, out, 0, shape);
      h = relu(ops, h.add(r));
      in = out;
    }
    SDVariable features = h.mean(1, 2);
    SDVariable weight =
        scope.parameter(
            "logits.weight", new Initial.Normal(Math.sqrt(1.0 / FEATURES)), FEATURES, CLASSES);
    SDVariable bias = scope.parameter("logits.bias", new Initial.Constant(0), CLASSES);
    return new Results(features, features.mmul(weight).add(bias));
  }

  private static SDVariable relu(SameDiff ops, SDVariable x) {
    return ops.nn().relu(x, 0);
  }

  /**
   * A convolution with its batch norm or bias.
   *
   * @param in channels of x
   * @param gain initial gains of batch norm
   * @param shape of the result
   */
  private SDVariable convolve(
      Scope scope, SDVariable x, int kernel, int stride, long in, double gain, long... shape) {
    SameDiff ops = scope.operations();
    long out = shape[3];
    Initial he = new Initial.Normal(Math.sqrt(2.0 / ((double) kernel * kernel * in)));
    SDVariable weight = scope.parameter("weight", he, kernel, kernel, in, out);
    SDVariable h =
        stride == 1
            ? Convolution.same(ops, x, weight, kernel)
            : Convolution.strided(ops, x, weight, kernel, stride, kernel / 2);
    return folded
        ? h.add(scope.parameter("bias", new Initial.Constant(0), out))
        : new BatchNorm(EPSILON, STATISTICS_MOMENTUM)
            .plain(scope.child("norm"), h, new Initial.Constant(gain), 1, shape);
  }
}
