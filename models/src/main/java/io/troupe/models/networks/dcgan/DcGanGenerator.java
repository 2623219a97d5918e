package io.troupe.models.networks.dcgan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.TransposedConvolution;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The generator: transposed convolutions from 1x1 to 64x64 without biases, each but the last with
 * batch norm and a ReLU.
 *
 * @param settings sizes and constants; the last stage before RGB has {@code generatorChannels},
 *     each before it twice as many
 */
public record DcGanGenerator(RunSettings.Network settings) {
  private static final int FIRST_SIZE = 4;
  private static final int DOUBLINGS = 4;

  /**
   * Adds the network.
   *
   * @param latents [N, latentSize]
   * @return pictures in [-1, 1], [N, 64, 64, 3]
   */
  public SDVariable images(Scope scope, SDVariable latents, long batch) {
    SameDiff ops = scope.operations();
    long channels = (long) settings.generatorChannels() << (DOUBLINGS - 1);
    long size = FIRST_SIZE;
    // The transposed convolution of a single pixel is a matrix product.
    SDVariable first =
        scope
            .child("stage0")
            .parameter("weight", weights(), settings.latentSize(), size * size * channels);
    SDVariable h = ops.reshape(latents.mmul(first), batch, size, size, channels);
    h = activated(scope.child("stage0"), h, batch, size, size, channels);
    for (int stage = 1; stage <= DOUBLINGS; stage++) {
      long out = stage == DOUBLINGS ? 3 : channels / 2;
      Scope part = scope.child("stage" + stage);
      SDVariable weight = part.parameter("weight", weights(), 4, 4, channels, out);
      h = TransposedConvolution.apply(ops, h, weight, out, batch, size, size, channels);
      size *= 2;
      channels = out;
      if (stage < DOUBLINGS) {
        h = activated(part, h, batch, size, size, channels);
      }
    }
    return ops.math().tanh(h);
  }

  private SDVariable activated(Scope scope, SDVariable x, long... shape) {
    BatchNorm norm = new BatchNorm(settings.batchNormEpsilon(), settings.batchNormMomentum());
    Initial gains = new Initial.Normal(1, settings.initialDeviation());
    return scope.operations().nn().relu(norm.plain(scope.child("norm"), x, gains, 1, shape), 0);
  }

  private Initial weights() {
    return new Initial.Normal(settings.initialDeviation());
  }
}
