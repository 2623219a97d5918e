package io.troupe.models.networks.dcgan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.LeakyRelu;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The discriminator: strided convolutions from 64x64 to 1x1 without biases, all but the first and
 * the last with batch norm, all but the last with a leaky ReLU.
 *
 * @param settings sizes and constants; the first stage has {@code discriminatorChannels}, each
 *     after it twice as many
 */
public record DcGanDiscriminator(RunSettings.Network settings) {
  /** Side of the pictures, in pixels. */
  public static final int SIZE = 64;

  private static final int HALVINGS = 4;

  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, 64, 64, 3]
   * @param batches how many batches, each with statistics of its own, follow each other
   * @return logits [N, 1]
   */
  public SDVariable logits(Scope scope, SDVariable images, long pictures, int batches) {
    Initial weights = new Initial.Normal(settings.initialDeviation());
    SDVariable h = images;
    long in = 3;
    long size = SIZE;
    for (int stage = 0; stage < HALVINGS; stage++) {
      Scope part = scope.child("stage" + stage);
      long out = (long) settings.discriminatorChannels() << stage;
      SDVariable weight = part.parameter("weight", weights, 4, 4, in, out);
      h = Convolution.strided(scope.operations(), h, weight, 4, 2, 1);
      size /= 2;
      if (stage > 0) {
        h = normalised(part, h, batches, pictures, size, size, out);
      }
      h = LeakyRelu.apply(scope.operations(), h);
      in = out;
    }
    // The convolution that leaves one pixel is a matrix product.
    SDVariable last = scope.child("stage4").parameter("weight", weights, size * size * in, 1);
    return scope.operations().reshape(h, pictures, size * size * in).mmul(last);
  }

  private SDVariable normalised(Scope scope, SDVariable x, int batches, long... shape) {
    BatchNorm norm = new BatchNorm(settings.batchNormEpsilon(), settings.batchNormMomentum());
    Initial gains = new Initial.Normal(1, settings.initialDeviation());
    return norm.plain(scope.child("norm"), x, gains, batches, shape);
  }
}
