package io.troupe.models.networks.stylegan2;

import io.troupe.models.graph.Scope;
import io.troupe.models.layers.Convolution;
import io.troupe.models.layers.EqualizedLayers;
import io.troupe.models.layers.FirFilter;
import io.troupe.models.layers.LeakyRelu;
import io.troupe.models.layers.MinibatchStdDev;
import io.troupe.models.networks.NetworkBlock;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The discriminator: blocks that halve the size down to 4x4, minibatch deviation, and a head. If it
 * is conditional, the head gives features, and the logit is their product with a mapping of the
 * class over √styleSize (a projection as in Miyato and Koyama, 2018).
 *
 * @param settings sizes and constants
 */
public record StyleGan2Discriminator(StyleGan2Settings settings) {
  /**
   * Adds the network.
   *
   * @param images [N, size, size, channels]
   * @param labels one-hot [N, classes]; not read if the network is not conditional
   * @param pictures N
   * @param batches how many batches of equal size, a multiple of the deviation's group, follow each
   *     other: they give the same logits as each on its own
   * @return logits [N, 1]
   */
  public SDVariable logits(
      Scope scope, SDVariable images, SDVariable labels, long pictures, int batches) {
    SameDiff ops = scope.operations();
    int last = settings.channels().size() - 1;
    SDVariable h =
        activated()
            .convolution(
                scope.child("rgb"),
                images,
                settings.imageChannels(),
                settings.channels().get(last),
                1);
    h = LeakyRelu.apply(ops, h);
    for (int index = last; index > 0; index--) {
      long side = (long) StyleGan2Settings.SMALLEST << index;
      long in = settings.channels().get(index);
      long out = settings.channels().get(index - 1);
      h = block(scope.child("block" + index), h, out, pictures, side, side, in);
    }
    return projection(scope, head(scope, h, pictures, batches), labels);
  }

  /** Its halving blocks, of which the first has the layer that reads colours, and the head. */
  List<NetworkBlock> blocks() {
    List<NetworkBlock> blocks = new ArrayList<>();
    int last = settings.channels().size() - 1;
    for (int index = last; index > 0; index--) {
      int side = StyleGan2Settings.SMALLEST << index;
      String scope = "block" + index;
      blocks.add(
          index == last
              ? NetworkBlock.between(side, side / 2, scope, "rgb")
              : NetworkBlock.between(side, side / 2, scope));
    }
    blocks.add(new NetworkBlock(NetworkBlock.LOGITS, "conv", "hidden", "linear", "labels"));
    return List.copyOf(blocks);
  }

  /** Halves the size. */
  SDVariable block(Scope scope, SDVariable x, long out, long... shape) {
    SameDiff ops = scope.operations();
    long in = shape[3];
    SDVariable h = activated().convolution(scope.child("conv1"), x, in, in, 3);
    h = LeakyRelu.apply(ops, h);
    if (settings.discriminator() != StyleGan2Settings.Discriminator.RESIDUAL) {
      Scope second = scope.child("conv2");
      SDVariable weight = activated().convolutionWeight(second, in, out, 3);
      SDVariable bias = activated().bias(second, out);
      h = LeakyRelu.apply(ops, FirFilter.downsampleByConvolution(ops, h, weight, bias));
      if (settings.discriminator() == StyleGan2Settings.Discriminator.PLAIN) {
        return h;
      }
      SDVariable pointwise = linear().convolutionWeight(scope.child("shortcut"), in, out, 1);
      SDVariable kept = Convolution.same(ops, FirFilter.downsampleWithin(ops, x), pointwise, 1);
      return h.add(kept).mul(Math.sqrt(0.5));
    }
    h = activated().convolution(scope.child("conv2"), h, in, out, 3);
    h =
        FirFilter.downsampleContinued(
            ops, LeakyRelu.apply(ops, h), shape[0], shape[1], shape[2], out);
    SDVariable shortcut =
        linear()
            .convolution(
                scope.child("shortcut"), FirFilter.downsampleContinued(ops, x, shape), in, out, 1);
    return h.add(shortcut).mul(Math.sqrt(0.5));
  }

  /** From 4x4 pictures to the logits' features, [N, features()]. */
  SDVariable head(Scope scope, SDVariable x, long batch, int batches) {
    SameDiff ops = scope.operations();
    long side = StyleGan2Settings.SMALLEST;
    long in = settings.channels().get(0);
    SDVariable h =
        MinibatchStdDev.append(
            ops,
            x,
            settings.deviationGroup(),
            settings.deviationGroups(),
            batches,
            batch,
            side,
            side,
            in);
    Scope conv = scope.child("conv");
    if (settings.discriminator() == StyleGan2Settings.Discriminator.RESIDUAL) {
      SDVariable weight = linear().convolutionWeight(conv, in + 1, in + 1, 3);
      h = Convolution.unpadded(ops, h, weight, 3, 1, linear().bias(conv, in + 1));
      long length = (side - 2) * (side - 2) * (in + 1);
      return last()
          .linear(scope.child("linear"), ops.reshape(h, batch, length), length, features());
    }
    h = LeakyRelu.apply(ops, activated().convolution(conv, h, in + 1, in, 3));
    long length = side * side * in;
    EqualizedLayers layer = new EqualizedLayers(1, settings.gain(), 0);
    h = layer.linear(scope.child("hidden"), ops.reshape(h, batch, length), length, in);
    return last().linear(scope.child("linear"), LeakyRelu.apply(ops, h), in, features());
  }

  /** The logits of features [N, features()]. */
  SDVariable projection(Scope scope, SDVariable features, SDVariable labels) {
    if (settings.classes() == 0) {
      return features;
    }
    SDVariable mapped = new MappingNetwork(settings).labels(scope.child("labels"), labels);
    double scale = 1 / Math.sqrt((double) settings.styleSize());
    return mapped.mul(features).sum(true, 1).mul(scale);
  }

  private long features() {
    return settings.classes() == 0 ? 1 : settings.styleSize();
  }

  /** Layers before a ReLU. */
  private EqualizedLayers activated() {
    return new EqualizedLayers(1, settings.gain(), settings.convolutionBias());
  }

  /** Convolutions without ReLU. */
  private EqualizedLayers linear() {
    return new EqualizedLayers(1, 1, settings.convolutionBias());
  }

  private static EqualizedLayers last() {
    return new EqualizedLayers(1, 1, 0);
  }
}
