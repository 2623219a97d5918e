package io.troupe.models.networks.biggan;

import io.troupe.config.NetworkSettings;
import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.DiscriminatorOutput;
import io.troupe.models.layers.FeatureQuantiser;
import io.troupe.models.layers.Quantisation;
import io.troupe.models.layers.Resample;
import io.troupe.models.layers.SelfAttention;
import io.troupe.models.layers.SpectralNormLayers;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkBlock;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The discriminator: residual blocks, of which the first ones halve the size, a sum over positions,
 * and a linear logit plus the projection on the class's embedding (Miyato and Koyama, 2018).
 *
 * @param settings sizes and constants
 * @param spec of the images; one of the sizes of {@link BigGanBlocks}
 */
public record BigGanDiscriminator(NetworkSettings settings, ImageSpec spec) {

  /**
   * Adds the network.
   *
   * @param images in [-1, 1], [N, size, size, channels]
   * @param labels one-hot [N, classes]
   */
  public DiscriminatorOutput discriminate(Scope scope, SDVariable images, SDVariable labels) {
    SameDiff ops = scope.operations();
    NetworkSettings.Quantiser quantiser = settings.biggan().quantiser();
    List<Quantisation> quantisations = new ArrayList<>();
    SDVariable h = images;
    long channels = spec.channels();
    for (int block = 0; block < blocks().discriminator().size(); block++) {
      long in = channels;
      channels = width(block);
      h = block(scope.child("block" + block), h, in, channels, block);
      long side = sideAfter(block);
      if (block < blocks().halvings() && side == settings.biggan().discriminatorAttention()) {
        h = new SelfAttention(spectral()).apply(scope.child("attention"), h, side, channels);
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
    return discriminate(scope, images, labels).logits();
  }

  /** Its blocks, each with the attention that follows it, and what gives logits. */
  List<NetworkBlock> parts() {
    List<NetworkBlock> parts = new ArrayList<>();
    for (int block = 0; block < blocks().discriminator().size(); block++) {
      int side = sideAfter(block);
      String scope = "block" + block;
      if (block >= blocks().halvings()) {
        String place = "number %d at %d".formatted(block - blocks().halvings() + 1, side);
        parts.add(new NetworkBlock(place, scope));
      } else if (side == settings.biggan().discriminatorAttention()) {
        parts.add(NetworkBlock.between(2 * side, side, scope, "attention"));
      } else {
        parts.add(NetworkBlock.between(2 * side, side, scope));
      }
    }
    parts.add(new NetworkBlock(NetworkBlock.LOGITS, "linear", "embedding"));
    return List.copyOf(parts);
  }

  private BigGanBlocks blocks() {
    return BigGanBlocks.of(spec.size());
  }

  private long width(int block) {
    return (long) settings.discriminatorChannels() * blocks().discriminator().get(block);
  }

  private int sideAfter(int block) {
    return spec.size() >> Math.min(block + 1, blocks().halvings());
  }

  /**
   * One residual block. The first has no activation before its first convolution; a halving block's
   * 1x1 shortcut follows its halving, which it commutes with.
   */
  SDVariable block(Scope scope, SDVariable x, long in, long out, int index) {
    SameDiff ops = scope.operations();
    boolean halves = index < blocks().halvings();
    SDVariable h = index == 0 ? x : ops.nn().relu(x, 0);
    h = spectral().convolution(scope.child("conv1"), h, in, out, 3);
    h = spectral().convolution(scope.child("conv2"), ops.nn().relu(h, 0), out, out, 3);
    if (!halves && in == out) {
      return h.add(x);
    }
    SDVariable kept = halves ? Resample.downsampleByMean(ops, x) : x;
    SDVariable shortcut = spectral().convolution(scope.child("shortcut"), kept, in, out, 1);
    return (halves ? Resample.downsampleByMean(ops, h) : h).add(shortcut);
  }

  /** The logits of pooled features [N, C]: linear, plus the inner product with the embedding. */
  SDVariable projection(Scope scope, SDVariable features, SDVariable labels) {
    long channels = width(blocks().discriminator().size() - 1);
    SDVariable embedding =
        spectral().embedding(scope.child("embedding"), labels, spec.classes(), channels);
    SDVariable linear = spectral().linear(scope.child("linear"), features, channels, 1);
    return linear.add(embedding.mul(features).sum(true, 1));
  }

  private SpectralNormLayers spectral() {
    return new SpectralNormLayers(
        Initial.of(settings.biggan().initialisation(), settings.initialDeviation()),
        settings.spectralNormEpsilon());
  }
}
