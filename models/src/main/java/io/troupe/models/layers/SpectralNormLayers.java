package io.troupe.models.layers;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The layers with spectrally normalised weights, which share how weights begin and the power
 * iteration's epsilon. Biases begin uniform in ±1/√fan-in.
 *
 * @param weights how weights begin
 * @param epsilon least norm that the power iteration divides by
 */
public record SpectralNormLayers(Initial weights, double epsilon) {
  /**
   * Convolution with stride 1 that keeps height and width.
   *
   * @param x [N, H, W, in]
   * @param kernel odd
   * @return [N, H, W, out]
   */
  public SDVariable convolution(Scope scope, SDVariable x, long in, long out, int kernel) {
    SDVariable weight =
        SpectralNorm.weight(scope, weights, epsilon, out, false, kernel, kernel, in, out);
    SDVariable bias = bias(scope, in * kernel * kernel, out);
    return Convolution.same(scope.operations(), x, weight, kernel, bias);
  }

  /**
   * Matrix product and bias.
   *
   * @param x [N, in]
   * @return [N, out]
   */
  public SDVariable linear(Scope scope, SDVariable x, long in, long out) {
    return product(scope, x, in, out).add(bias(scope, in, out));
  }

  /**
   * Matrix product without bias.
   *
   * @param x [N, in]
   * @return [N, out]
   */
  public SDVariable product(Scope scope, SDVariable x, long in, long out) {
    return x.mmul(SpectralNorm.weight(scope, weights, epsilon, out, false, in, out));
  }

  /** The weight of a 1x1 convolution, [1, 1, in, out]. */
  SDVariable weight(Scope scope, long in, long out) {
    return SpectralNorm.weight(scope, weights, epsilon, out, false, 1, 1, in, out);
  }

  /**
   * One learned row per class; the matrix's outputs, to spectral norm, are the classes.
   *
   * @param classes one-hot [N, count]
   * @return [N, features]
   */
  public SDVariable embedding(Scope scope, SDVariable classes, long count, long features) {
    return classes.mmul(SpectralNorm.weight(scope, weights, epsilon, count, true, count, features));
  }

  private static SDVariable bias(Scope scope, long fanIn, long out) {
    return scope.parameter("bias", new Initial.Uniform(1 / Math.sqrt((double) fanIn)), out);
  }
}
