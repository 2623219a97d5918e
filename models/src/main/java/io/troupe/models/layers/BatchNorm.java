package io.troupe.models.layers;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of NHWC pictures per channel, plain or conditioned
 * on the picture's class or more (Dumoulin et al., 2017).
 *
 * <p>The running statistics follow with {@code momentum}; the running variance is the unbiased one.
 *
 * @param epsilon added to the variance
 * @param momentum weight of the batch in the running statistics
 */
public record BatchNorm(double epsilon, double momentum) {
  /**
   * With one learned gain (from 1) and bias (from 0) per channel.
   *
   * @param x [N, H, W, C]
   */
  public SDVariable plain(Scope scope, SDVariable x, long... shape) {
    return plain(scope, x, new Initial.Constant(1), 1, shape);
  }

  /**
   * With one learned gain and bias (from 0) per channel, for several batches in one pass: each is
   * normalised by its own statistics. The running ones follow them from the last batch to the
   * first: a discriminator's real pictures, which lie behind the generated ones, come first.
   *
   * @param x [N, H, W, C]
   * @param gains how the gains begin
   * @param batches how many batches of equal size follow each other in x
   */
  public SDVariable plain(Scope scope, SDVariable x, Initial gains, int batches, long... shape) {
    long channels = shape[3];
    SDVariable gain = scope.parameter("gain", gains, channels);
    SDVariable bias = scope.parameter("bias", new Initial.Constant(0), channels);
    return normalise(scope, x, batches, shape).mul(gain).add(bias);
  }

  /**
   * With a gain (1 + a number) and a bias for each picture and channel.
   *
   * @param x [N, H, W, C]
   * @param condition gives the gains less 1, and the biases
   */
  public SDVariable conditional(Scope scope, SDVariable x, Condition condition, long... shape) {
    SDVariable gain = rows(scope, "gain", condition, shape).add(1);
    SDVariable bias = rows(scope, "bias", condition, shape);
    return normalise(scope, x, 1, shape).mul(gain).add(bias);
  }

  private static SDVariable rows(Scope scope, String name, Condition condition, long... shape) {
    SDVariable rows = condition.rows(scope, name, shape[3]);
    return scope.operations().reshape(rows, shape[0], 1, 1, shape[3]);
  }

  private SDVariable normalise(Scope scope, SDVariable x, int batches, long... shape) {
    SameDiff ops = scope.operations();
    long channels = shape[3];
    SDVariable runningMean = scope.state("mean", new Initial.Constant(0), channels);
    SDVariable runningVariance = scope.state("variance", new Initial.Constant(1), channels);
    if (scope.batchNorm() == BatchNormMode.RUNNING) {
      scope.nextState("mean", runningMean);
      scope.nextState("variance", runningVariance);
      return x.sub(runningMean).mul(inverse(ops, runningVariance));
    }
    long pictures = shape[0] / batches;
    double elements = (double) pictures * shape[1] * shape[2];
    double unbiased = elements / Math.max(1, elements - 1);
    SDVariable[] normalised = new SDVariable[batches];
    SDVariable[] means = new SDVariable[batches];
    SDVariable[] variances = new SDVariable[batches];
    for (int i = 0; i < batches; i++) {
      SDVariable batch = batches == 1 ? x : pictures(ops, x, i * pictures, pictures, shape);
      SDVariable mean = batch.mean(0, 1, 2);
      SDVariable centred = batch.sub(mean);
      SDVariable variance = centred.mul(centred).mean(0, 1, 2);
      means[i] = mean;
      variances[i] = variance;
      normalised[i] = centred.mul(inverse(ops, variance));
    }
    for (int i = batches - 1; i >= 0; i--) {
      runningMean = follow(runningMean, means[i], 1);
      runningVariance = follow(runningVariance, variances[i], unbiased);
    }
    scope.nextState("mean", runningMean);
    scope.nextState("variance", runningVariance);
    return batches == 1 ? normalised[0] : ops.concat(0, normalised);
  }

  private static SDVariable pictures(
      SameDiff ops, SDVariable x, long first, long count, long... shape) {
    int[] begin = {(int) first, 0, 0, 0};
    return ops.slice(x, begin, (int) count, (int) shape[1], (int) shape[2], (int) shape[3]);
  }

  private SDVariable inverse(SameDiff ops, SDVariable variance) {
    return ops.math().reciprocal(ops.math().sqrt(variance.add(epsilon)));
  }

  private SDVariable follow(SDVariable running, SDVariable batch, double factor) {
    return running.mul(1 - momentum).add(batch.mul(momentum * factor));
  }
}
