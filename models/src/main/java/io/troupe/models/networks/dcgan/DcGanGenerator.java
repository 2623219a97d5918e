package io.troupe.models.networks.dcgan;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.TransposedConvolution;
import io.troupe.models.networks.ImageSpec;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The generator: transposed convolutions from 1x1 to the image without biases, each but the last
 * with batch norm and a ReLU. If it is conditional, the class's one-hot row is put beside the
 * latent vector (Mirza and Osindero, "Conditional generative adversarial nets", 2014).
 *
 * @param settings sizes and constants; the last stage before RGB has {@code generatorChannels},
 *     each before it twice as many
 * @param spec of the images
 */
public record DcGanGenerator(NetworkSettings settings, ImageSpec spec) {
  private static final int FIRST_SIZE = 4;

  /**
   * Adds the network.
   *
   * @param latents [N, latentSize]
   * @param labels one-hot [N, classes]; not read if the network is not conditional
   * @return pictures in [-1, 1], [N, size, size, channels]
   */
  public SDVariable images(Scope scope, SDVariable latents, SDVariable labels, long batch) {
    SameDiff ops = scope.operations();
    int doublings = DcGan.doublings(spec.size());
    boolean conditional = DcGan.isConditional(settings, spec);
    SDVariable given = conditional ? ops.concat(1, latents, labels) : latents;
    long length = (long) settings.latentSize() + (conditional ? spec.classes() : 0);
    long channels = (long) settings.generatorChannels() << (doublings - 1);
    long size = FIRST_SIZE;
    // The transposed convolution of a single pixel is a matrix product.
    SDVariable first =
        scope.child("stage0").parameter("weight", weights(), length, size * size * channels);
    SDVariable h = ops.reshape(given.mmul(first), batch, size, size, channels);
    h = activated(scope.child("stage0"), h, batch, size, size, channels);
    for (int stage = 1; stage <= doublings; stage++) {
      long out = stage == doublings ? spec.channels() : channels / 2;
      Scope part = scope.child("stage" + stage);
      SDVariable weight = part.parameter("weight", weights(), 4, 4, channels, out);
      h = TransposedConvolution.apply(ops, h, weight, out, batch, size, size, channels);
      size *= 2;
      channels = out;
      if (stage < doublings) {
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
