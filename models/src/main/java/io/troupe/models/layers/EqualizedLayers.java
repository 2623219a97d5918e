package io.troupe.models.layers;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The layers with equalised learning rate (Karras et al., "Progressive growing of GANs", 2018,
 * section 4.1): weights begin standard normal and are multiplied by 1/√fan-in at every use, so that
 * Adam changes all of them at the same relative speed.
 *
 * @param rate multiplies the layer's learning rate under Adam: weights and biases are kept 1/rate
 *     times as large as they act
 * @param gain multiplies what the layer gives; a leaky ReLU's gain is put here, because the ReLU
 *     commutes with it and weights are fewer than activations
 * @param bias what biases begin with, as they act before the gain
 */
public record EqualizedLayers(double rate, double gain, double bias) {
  /**
   * Declares the parameter {@code weight} and returns it as it acts.
   *
   * @param fanIn products that one output sums
   */
  public SDVariable weight(Scope scope, long fanIn, long... shape) {
    SDVariable weight = scope.parameter("weight", new Initial.Normal(1 / rate), shape);
    return weight.mul(rate * gain / Math.sqrt((double) fanIn));
  }

  /** Declares the parameter {@code bias} [out] and returns it as it acts. */
  public SDVariable bias(Scope scope, long out) {
    SDVariable parameter = scope.parameter("bias", new Initial.Constant(bias / rate), out);
    return rate * gain == 1 ? parameter : parameter.mul(rate * gain);
  }

  /**
   * Matrix product and bias.
   *
   * @param x [N, in]
   * @return [N, out]
   */
  public SDVariable linear(Scope scope, SDVariable x, long in, long out) {
    return x.mmul(weight(scope, in, in, out)).add(bias(scope, out));
  }

  /**
   * Convolution and bias, with stride 1 and as much padding as keeps height and width.
   *
   * @param x [N, H, W, in]
   * @param kernel odd
   * @return [N, H, W, out]
   */
  public SDVariable convolution(Scope scope, SDVariable x, long in, long out, int kernel) {
    SDVariable weight = convolutionWeight(scope, in, out, kernel);
    return Convolution.same(scope.operations(), x, weight, kernel, bias(scope, out));
  }

  /** Declares the weight of a convolution [kernel, kernel, in, out], as {@link #weight}. */
  public SDVariable convolutionWeight(Scope scope, long in, long out, int kernel) {
    return weight(scope, in * kernel * kernel, kernel, kernel, in, out);
  }
}
