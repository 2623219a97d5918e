package io.troupe.models.networks.biggan;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.layers.FeatureQuantiser;
import io.troupe.models.layers.Quantisation;
import io.troupe.models.layers.Resample;
import io.troupe.models.layers.SelfAttention;
import io.troupe.models.layers.SpectralNormLayers;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The discriminator: four residual blocks, of which the first two halve the size, a sum over
 * positions, and a linear logit plus the projection on the class's embedding (Miyato and Koyama,
 * 2018).
 *
 * @param settings sizes and constants
 * @param classes number of classes
 */
public record BigGanDiscriminator(RunSettings.Network settings, int classes) {
  private static final int SIZE = BigGanGenerator.SIZE;
  private static final int BLOCKS = 4;
  private static final int HALVING_BLOCKS = 2;

  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, 32, 32, 3]
   * @param labels one-hot [N, classes]
   */
  public DiscriminatorOutput judge(Scope scope, SDVariable images, SDVariable labels) {
    SameDiff ops = scope.operations();
    long channels = settings.discriminatorChannels();
    RunSettings.Quantiser quantiser = settings.biggan().quantiser();
    List<Quantisation> quantisations = new ArrayList<>();
    SDVariable h = images;
    for (int block = 0; block < BLOCKS; block++) {
      h = block(scope.child("block" + block), h, block == 0 ? 3 : channels, block);
      if (block < HALVING_BLOCKS
          && sideAfter(block) == settings.biggan().discriminatorAttention()) {
        h =
            new SelfAttention(spectral())
                .apply(scope.child("attention"), h, sideAfter(block), channels);
      }
      if (quantiser.layers().contains("" + block)) {
        Scope inner = scope.child("block" + block).child("quantiser");
        quantisations.add(new FeatureQuantiser(quantiser).apply(inner, h, channels));
      }
    }
    SDVariable features = ops.nn().relu(h, 0).sum(1, 2);
    return new DiscriminatorOutput(projection(scope, features, labels), quantisations);
  }

  /**
   * Adds the network for its logits only.
   *
   * @return [N, 1]
   */
  public SDVariable logits(Scope scope, SDVariable images, SDVariable labels) {
    return judge(scope, images, labels).logits();
  }

  private static int sideAfter(int block) {
    return SIZE >> Math.min(block + 1, HALVING_BLOCKS);
  }

  /**
   * One residual block. The first has no activation before its first convolution; a halving block's
   * 1x1 shortcut follows its halving, which it commutes with.
   */
  SDVariable block(Scope scope, SDVariable x, long in, int index) {
    SameDiff ops = scope.operations();
    long out = settings.discriminatorChannels();
    boolean halves = index < HALVING_BLOCKS;
    SDVariable h = index == 0 ? x : ops.nn().relu(x, 0);
    h = spectral().convolution(scope.child("conv1"), h, in, out, 3);
    h = spectral().convolution(scope.child("conv2"), ops.nn().relu(h, 0), out, out, 3);
    if (!halves) {
      return h.add(x);
    }
    SDVariable shortcut =
        spectral()
            .convolution(scope.child("shortcut"), Resample.downsampleByMean(ops, x), in, out, 1);
    return Resample.downsampleByMean(ops, h).add(shortcut);
  }

  /** The logits of pooled features [N, C]: linear, plus the inner product with the embedding. */
  SDVariable projection(Scope scope, SDVariable features, SDVariable labels) {
    long channels = settings.discriminatorChannels();
    SDVariable embedding =
        spectral().embedding(scope.child("embedding"), labels, classes, channels);
    SDVariable linear = spectral().linear(scope.child("linear"), features, channels, 1);
    return linear.add(embedding.mul(features).sum(true, 1));
  }

  private SpectralNormLayers spectral() {
    return new SpectralNormLayers(
        Initial.of(settings.biggan().initialisation(), settings.initialDeviation()),
        settings.spectralNormEpsilon());
  }
}
