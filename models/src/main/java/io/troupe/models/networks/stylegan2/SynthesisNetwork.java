package io.troupe.models.networks.stylegan2;

import io.troupe.models.graph.Initial;
import io.troupe.models.graph.Scope;
import io.troupe.models.layers.FirFilter;
import io.troupe.models.layers.LeakyRelu;
import io.troupe.models.layers.Modulation;
import io.troupe.models.networks.GeneratorInputs;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.Doubling;
import io.troupe.models.networks.stylegan2.StyleGan2Settings.Styles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * From styles to pictures: a learned 4x4 picture passes one modulated convolution, and at each
 * larger size two, of which the first doubles. After each convolution come noise, bias and ReLU.
 * Each size adds its colours to the doubled colours of the smaller ones.
 *
 * @param settings sizes and constants
 */
public record SynthesisNetwork(StyleGan2Settings settings) {

  /** Number of convolutions with noise. */
  public int layers() {
    return 2 * settings.channels().size() - 1;
  }

  /** Number of styles of a picture. */
  public int styles() {
    return settings.styles() == Styles.PER_SIZE ? settings.channels().size() : layers() + 1;
  }

  /** The shape [N, H, W, 1] of the noise of each convolution, in their order. */
  public List<List<Long>> noiseShapes(long batch) {
    List<List<Long>> shapes = new ArrayList<>();
    for (int layer = 0; layer < layers(); layer++) {
      long side = side((layer + 1) / 2);
      shapes.add(List.of(batch, side, side, 1L));
    }
    return List.copyOf(shapes);
  }

  /**
   * The same style for all layers.
   *
   * @param style [N, styleSize]
   * @return [N, styles(), styleSize]
   */
  public SDVariable repeated(SameDiff ops, SDVariable style, long batch) {
    SDVariable[] copies = Collections.nCopies(styles(), style).toArray(SDVariable[]::new);
    return ops.reshape(ops.concat(1, copies), batch, styles(), settings.styleSize());
  }

  /**
   * Style mixing (Karras et al., "A style-based generator architecture for GANs", 2019, section
   * 3.1): the styles of some layers from a second latent vector.
   *
   * @param first [N, styleSize]
   * @param second [N, styleSize]
   * @param mask [N, styles(), 1]: 1 where the second one is used, 0 elsewhere
   * @return [N, styles(), styleSize]
   */
  public SDVariable mixed(
      SameDiff ops, SDVariable first, SDVariable second, SDVariable mask, long batch) {
    SDVariable difference = repeated(ops, second.sub(first), batch);
    return repeated(ops, first, batch).add(difference.mul(mask));
  }

  /**
   * Adds the network.
   *
   * @param styles [N, styles(), styleSize]
   * @param noise standard normal, of the shapes {@link #noiseShapes}
   * @return pictures, [N, size, size, channels]; they are meant to be in [-1, 1] but are not
   *     bounded
   * @throws IllegalArgumentException if there is not one noise for each convolution
   */
  public SDVariable images(Scope scope, SDVariable styles, List<SDVariable> noise, long batch) {
    if (noise.size() != layers()) {
      throw new IllegalArgumentException(
          "%d noise inputs for %d convolutions; make them by noiseShapes"
              .formatted(noise.size(), layers()));
    }
    SameDiff ops = scope.operations();
    Scope first = scope.child("block0");
    SDVariable style = style(ops, styles, 0, 0, batch);
    SDVariable h = keeping(first, constant(first, batch), style, noise.get(0), shape(batch, 0));
    style = style(ops, styles, 0, 1, batch);
    SDVariable colours = colours(first.child("rgb"), h, style, shape(batch, 0));
    for (int index = 1; index < settings.channels().size(); index++) {
      Scope block = scope.child("block" + index);
      int layer = 2 * index - 1;
      style = style(ops, styles, index, layer, batch);
      h = doubling(block, h, style, noise.get(layer), index, batch);
      style = style(ops, styles, index, layer + 1, batch);
      h = keeping(block, h, style, noise.get(layer + 1), shape(batch, index));
      style = style(ops, styles, index, layer + 2, batch);
      SDVariable added = colours(block.child("rgb"), h, style, shape(batch, index));
      colours = doubled(ops, colours, batch, side(index - 1)).add(added);
    }
    return colours;
  }

  /** The learned constant for each picture. */
  private SDVariable constant(Scope scope, long batch) {
    SameDiff ops = scope.operations();
    long[] shape = shape(batch, 0);
    SDVariable constant =
        scope.parameter("constant", new Initial.Normal(1), shape[1], shape[2], shape[3]);
    if (batch == GeneratorInputs.ANY) {
      return ops.reshape(constant, 1, shape[1], shape[2], shape[3]); // Scales by style spread it.
    }
    SDVariable ones = ops.constant(Nd4j.ones(constant.dataType(), batch, 1));
    long length = shape[1] * shape[2] * shape[3];
    return ops.reshape(ones.mmul(ops.reshape(constant, 1, length)), shape);
  }

  /** A block's first convolution, on the pictures of the smaller size before it. */
  private SDVariable doubling(
      Scope block, SDVariable x, SDVariable style, SDVariable noise, int index, long batch) {
    Modulation.Size size =
        settings.doubling() == Doubling.BILINEAR
            ? Modulation.Size.DOUBLED_CONTINUED
            : Modulation.Size.DOUBLED_WITHIN;
    long channels = settings.channels().get(index);
    return layer(block.child("conv1"), x, style, noise, channels, size, shape(batch, index - 1));
  }

  private SDVariable keeping(
      Scope block, SDVariable x, SDVariable style, SDVariable noise, long... shape) {
    return layer(block.child("conv2"), x, style, noise, shape[3], Modulation.Size.KEPT, shape);
  }

  /** A convolution with noise, bias and ReLU. */
  private SDVariable layer(
      Scope scope,
      SDVariable x,
      SDVariable style,
      SDVariable noise,
      long out,
      Modulation.Size size,
      long... shape) {
    Modulation modulation = new Modulation(settings.demodulationEpsilon(), settings.gain());
    SDVariable h = modulation.demodulated(scope, x, style, settings.styleSize(), out, size, shape);
    SDVariable strength = scope.parameter("noise", new Initial.Constant(0), 1);
    SDVariable bias = scope.parameter("bias", new Initial.Constant(0), out);
    // The ReLU's gain, before the ReLU: on what is small.
    double gain = settings.gain();
    h = h.add(noise.mul(strength.mul(gain))).add(bias.mul(gain));
    return LeakyRelu.apply(scope.operations(), h);
  }

  private SDVariable colours(Scope scope, SDVariable x, SDVariable style, long... shape) {
    SDVariable colours =
        Modulation.colours(scope, x, style, settings.styleSize(), settings.imageChannels(), shape);
    return settings.colourRelu() ? LeakyRelu.apply(scope.operations(), colours) : colours;
  }

  private SDVariable doubled(SameDiff ops, SDVariable colours, long batch, long side) {
    long[] shape = {batch, side, side, settings.imageChannels()};
    return settings.doubling() == Doubling.BILINEAR
        ? FirFilter.upsampleContinued(ops, colours, shape)
        : FirFilter.upsampleWithin(ops, colours, shape);
  }

  private SDVariable style(SameDiff ops, SDVariable styles, int sizeIndex, int layer, long batch) {
    int index = settings.styles() == Styles.PER_SIZE ? sizeIndex : layer;
    SDVariable style =
        ops.slice(styles, new int[] {0, index, 0}, Math.toIntExact(batch), 1, settings.styleSize());
    return ops.reshape(style, batch, settings.styleSize());
  }

  /** Of the pictures of a size: N, H, W, C. */
  private long[] shape(long batch, int index) {
    return new long[] {batch, side(index), side(index), settings.channels().get(index)};
  }

  private static long side(int sizeIndex) {
    return (long) StyleGan2Settings.SMALLEST << sizeIndex;
  }
}
