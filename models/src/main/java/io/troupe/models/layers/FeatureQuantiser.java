package io.troupe.models.layers;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Float32;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Feature quantisation of a discriminator (Zhao et al., "Feature quantization improves GAN
 * training", 2020): the features at each position are drawn to the nearest of a set of codes, and
 * the codes are moving averages of the features nearest to them (van den Oord et al., "Neural
 * discrete representation learning", 2017, appendix A.1). As in the authors' code, the network goes
 * on with the features themselves: codes act through the loss only.
 *
 * <p>States: the codes, and the moving averages of how many features each code had and of their
 * sum. Codes and sums begin standard normal, counts at zero, so a code is thrown far away by the
 * first step in which it has no features, and comes back as its sum decays.
 */
public record FeatureQuantiser(NetworkSettings.Quantiser settings) {
  /** Added to the count of every code, so that no code is a quotient by zero. */
  private static final double SMOOTHING = 1e-5;

  private static final double LEAST_SHARE = 1e-10;

  /**
   * Adds the layer. Nothing follows it: x goes on as it is.
   *
   * @param x [N, H, W, channels]
   */
  public Quantisation apply(Scope scope, SDVariable x, long channels) {
    SameDiff ops = scope.operations();
    int count = settings.codes();
    SDVariable codes = scope.state("codes", new Initial.Normal(1), count, channels);
    SDVariable counts = scope.state("counts", new Initial.Constant(0), count);
    SDVariable sums = scope.state("sums", new Initial.Normal(1), count, channels);
    SDVariable features = ops.reshape(x, -1, channels);
    SDVariable nearest = nearest(ops, features, codes);
    // No gradient passes the choice of a code, and codes are not differentiated: a constant.
    SDVariable difference = features.sub(Float32.products(ops, () -> nearest.mmul(codes)));
    SDVariable loss = difference.mul(difference).mean().mul(settings.commitment());
    SDVariable shares = nearest.mean(0);
    SDVariable entropy = shares.mul(ops.math().log(ops.scalarMax(shares, LEAST_SHARE))).sum().neg();
    return new Quantisation(
        loss, ops.math().exp(entropy), () -> follow(scope, features, nearest, counts, sums));
  }

  /** One-hot rows, [positions, codes]. */
  private SDVariable nearest(SameDiff ops, SDVariable features, SDVariable codes) {
    SDVariable products =
        Float32.products(ops, () -> ops.mmul(features, codes, false, true, false));
    // The squared distances, less the squares of the features, which are the same for all codes.
    SDVariable distances = products.mul(-2).add(codes.mul(codes).sum(1));
    return ops.oneHot(ops.argmin(distances, 1), settings.codes(), 1, 1.0, 0.0, features.dataType());
  }

  private void follow(
      Scope scope, SDVariable features, SDVariable nearest, SDVariable counts, SDVariable sums) {
    SameDiff ops = scope.operations();
    SDVariable nextCounts = followed(counts, nearest.sum(0));
    SDVariable newest =
        Float32.products(ops, () -> ops.mmul(nearest, features, true, false, false));
    SDVariable nextSums = followed(sums, newest);
    SDVariable total = nextCounts.sum();
    SDVariable scale = total.mul(ops.math().reciprocal(total.add(settings.codes() * SMOOTHING)));
    SDVariable smoothed = ops.reshape(nextCounts.add(SMOOTHING).mul(scale), settings.codes(), 1);
    scope.nextState("counts", nextCounts);
    scope.nextState("sums", nextSums);
    scope.nextState("codes", nextSums.mul(ops.math().reciprocal(smoothed)));
  }

  private SDVariable followed(SDVariable average, SDVariable newest) {
    return average.mul(settings.decay()).add(newest.mul(1 - settings.decay()));
  }
}
