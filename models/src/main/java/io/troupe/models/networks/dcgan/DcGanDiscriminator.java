package io.troupe.models.networks.dcgan;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.BatchNorm;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.LeakyRelu;
import io.troupe.models.networks.ImageSpec;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * The discriminator: strided convolutions from the image to 1x1 without biases, all but the first
 * and the last with batch norm, all but the last with a leaky ReLU. If it is conditional, the logit
 * has the projection on the class's embedding besides (Miyato and Koyama, "cGANs with projection
 * discriminator", 2018), of the last features summed over positions.
 *
 * @param settings sizes and constants; the first stage has {@code discriminatorChannels}, each
 *     after it twice as many
 * @param spec of the images
 */
public record DcGanDiscriminator(NetworkSettings settings, ImageSpec spec) {
  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, size, size, channels]
   * @param labels one-hot [N, classes]; not read if the network is not conditional
   * @param batches how many batches, each with statistics of its own, follow each other
   * @return logits [N, 1]
   */
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    Initial weights = new Initial.Normal(settings.initialDeviation());
    SDVariable h = images;
    long in = spec.channels();
    long size = spec.size();
    int halvings = DcGan.doublings(spec.size());
    for (int stage = 0; stage < halvings; stage++) {
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
    SDVariable last =
        scope.child("stage" + halvings).parameter("weight", weights, size * size * in, 1);
    SDVariable logits = scope.operations().reshape(h, pictures, size * size * in).mmul(last);
    if (!DcGan.isConditional(settings, spec)) {
      return logits;
    }
    SDVariable embedding =
        labels.mmul(scope.child("embedding").parameter("weight", weights, spec.classes(), in));
    return logits.add(embedding.mul(h.sum(1, 2)).sum(true, 1));
  }

  private SDVariable normalised(Scope scope, SDVariable x, int batches, long... shape) {
    BatchNorm norm = new BatchNorm(settings.batchNormEpsilon(), settings.batchNormMomentum());
    Initial gains = new Initial.Normal(1, settings.initialDeviation());
    return norm.plain(scope.child("norm"), x, gains, batches, shape);
  }
}
