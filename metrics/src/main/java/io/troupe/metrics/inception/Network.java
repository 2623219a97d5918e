package io.troupe.metrics.inception;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.Pooling;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The network as operations of a graph, with batch norm folded into the convolutions.
 *
 * <p>As in the published graph, means over neighbours leave out the border's padding, and the last
 * block takes their maximum where the one before takes their mean.
 */
final class Network {
  /** Side of the images that it takes, in pixels. */
  static final int SIZE = 299;

  /** Name of the weights of the classes, [features, classes]; their biases are not used. */
  static final String CLASSES = "softmax.weight";

  /** The unit of the branch that starts with pooling. */
  private static final String POOLED = "tower_2/conv";

  private static final Initial LOADED = new Initial.Constant(0);

  private final Scope scope;
  private final SameDiff ops;

  Network(Scope scope) {
    this.scope = scope;
    ops = scope.operations();
  }

  /**
   * The features called pool3.
   *
   * @param images [N, 299, 299, 3] in [-1, 1)
   * @return [N, 2048]
   */
  SDVariable features(SDVariable images) {
    SDVariable x = Pooling.maximum(ops, chain(images, "", "conv", "conv_1", "conv_2"), 3, 2, 0);
    x = Pooling.maximum(ops, chain(x, "", "conv_3", "conv_4"), 3, 2, 0);
    for (String block : new String[] {"mixed", "mixed_1", "mixed_2"}) {
      x = a(x, block + "/");
    }
    x = b(x, "mixed_3/");
    for (String block : new String[] {"mixed_4", "mixed_5", "mixed_6", "mixed_7"}) {
      x = c(x, block + "/");
    }
    x = d(x, "mixed_8/");
    x = e(x, "mixed_9/", averaged(x, "mixed_9/"));
    x = e(x, "mixed_10/", chain(Pooling.maximum(ops, x, 3, 1, 1), "mixed_10/", POOLED));
    return x.mean(1, 2);
  }

  /** The logits of the classes without bias, [N, 1008]. */
  SDVariable logits(SDVariable features) {
    return features.mmul(scope.parameter(CLASSES, LOADED, Units.FEATURES, Units.CLASSES));
  }

  private SDVariable chain(SDVariable x, String block, String... names) {
    SDVariable y = x;
    for (String name : names) {
      Unit unit = Units.ALL.get(block + name);
      SDVariable weight =
          scope.parameter(
              unit.weight(),
              LOADED,
              unit.kernelHeight(),
              unit.kernelWidth(),
              unit.in(),
              unit.out());
      SDVariable bias = scope.parameter(unit.bias(), LOADED, unit.out());
      y =
          Convolution.padded(
              ops, y, weight, unit.stride(), unit.paddingHeight(), unit.paddingWidth(), bias);
      y = ops.nn().relu(y, 0);
    }
    return y;
  }

  /**
   * The mean of neighbours, then a unit. The 1x1 convolution comes first here, which is the same
   * and leaves fewer channels to take means of.
   */
  private SDVariable averaged(SDVariable x, String block) {
    Unit unit = Units.ALL.get(block + POOLED);
    SDVariable weight = scope.parameter(unit.weight(), LOADED, 1, 1, unit.in(), unit.out());
    SDVariable bias = scope.parameter(unit.bias(), LOADED, unit.out());
    SDVariable mean = Pooling.mean(ops, Convolution.same(ops, x, weight, 1), 3, 1, 1);
    return ops.nn().relu(mean.add(bias), 0);
  }

  private SDVariable join(SDVariable... branches) {
    return ops.concat(3, branches);
  }

  private SDVariable a(SDVariable x, String block) {
    return join(
        chain(x, block, "conv"),
        chain(x, block, "tower/conv", "tower/conv_1"),
        chain(x, block, "tower_1/conv", "tower_1/conv_1", "tower_1/conv_2"),
        averaged(x, block));
  }

  private SDVariable b(SDVariable x, String block) {
    return join(
        chain(x, block, "conv"),
        chain(x, block, "tower/conv", "tower/conv_1", "tower/conv_2"),
        Pooling.maximum(ops, x, 3, 2, 0));
  }

  private SDVariable c(SDVariable x, String block) {
    return join(
        chain(x, block, "conv"),
        chain(x, block, "tower/conv", "tower/conv_1", "tower/conv_2"),
        chain(
            x,
            block,
            "tower_1/conv",
            "tower_1/conv_1",
            "tower_1/conv_2",
            "tower_1/conv_3",
            "tower_1/conv_4"),
        averaged(x, block));
  }

  private SDVariable d(SDVariable x, String block) {
    return join(
        chain(x, block, "tower/conv", "tower/conv_1"),
        chain(x, block, "tower_1/conv", "tower_1/conv_1", "tower_1/conv_2", "tower_1/conv_3"),
        Pooling.maximum(ops, x, 3, 2, 0));
  }

  private SDVariable e(SDVariable x, String block, SDVariable pooled) {
    SDVariable first = chain(x, block, "tower/conv");
    SDVariable second = chain(x, block, "tower_1/conv", "tower_1/conv_1");
    return join(
        chain(x, block, "conv"),
        chain(first, block, "tower/mixed/conv"),
        chain(first, block, "tower/mixed/conv_1"),
        chain(second, block, "tower_1/mixed/conv"),
        chain(second, block, "tower_1/mixed/conv_1"),
        pooled);
  }
}
