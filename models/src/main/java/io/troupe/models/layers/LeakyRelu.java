package io.troupe.models.layers;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The leaky ReLU of GANs: x where x is positive, 0.2 x elsewhere. A positive factor before it is a
 * factor behind it.
 */
public final class LeakyRelu {
  private static final double SLOPE = 0.2;

  private LeakyRelu() {}

  /**
   * What keeps the mean square of symmetric inputs: √(2 / (1 + slope²)) (He et al., "Delving deep
   * into rectifiers", 2015).
   */
  public static double gain() {
    return Math.sqrt(2 / (1 + SLOPE * SLOPE));
  }

  /**
   * Adds the ReLU. As a sum of x and its plain rectification, which run several times as fast as
   * ND4J's leaky ReLU and its gradient.
   */
  public static SDVariable apply(SameDiff ops, SDVariable x) {
    return x.mul(SLOPE).add(ops.nn().relu(x, 0).mul(1 - SLOPE));
  }
}
