package io.troupe.models.networks.stylegan2;

import io.troupe.config.NetworkSettings.DeviationGroups;
import java.util.List;

/**
 * Sizes and constants of one StyleGAN2.
 *
 * @param classes number of classes; 0 if it is not conditional
 * @param latentSize length of a latent vector
 * @param styleSize length of a style, of the class's embedding and of the discriminator's features
 * @param mappingLayers layers from latent vector to style
 * @param mappingRate multiplies the mapping layers' learning rate under Adam
 * @param latentNorm what latent vectors and embeddings are normalised to
 * @param averageDecay weight of the old value in the average style, in [0, 1)
 * @param channels of both networks at 4x4, 8x8, and so on up to the size of the pictures
 * @param imageChannels 3 for colour, 1 for grey
 * @param styles how many styles a picture has
 * @param doubling how the generator doubles pictures
 * @param colourRelu whether each size's colours pass the ReLU
 * @param gain multiplies what the ReLUs give
 * @param demodulationEpsilon added to the squared norm of a filter
 * @param discriminator layers of the discriminator
 * @param convolutionBias what the biases of the discriminator's convolutions begin with
 * @param deviationGroup pictures of a group in minibatch deviation; a batch is a multiple of it
 * @param deviationGroups which pictures are a group
 * @param labelLayers layers from the class's embedding to what the discriminator's features are
 *     multiplied by
 */
public record StyleGan2Settings(
    int classes,
    int latentSize,
    int styleSize,
    int mappingLayers,
    double mappingRate,
    LatentNorm latentNorm,
    double averageDecay,
    List<Integer> channels,
    int imageChannels,
    Styles styles,
    Doubling doubling,
    boolean colourRelu,
    double gain,
    double demodulationEpsilon,
    Discriminator discriminator,
    double convolutionBias,
    int deviationGroup,
    DeviationGroups deviationGroups,
    int labelLayers) {

  /** What vectors are normalised to. */
  public enum LatentNorm {
    /** Length 1. */
    UNIT,
    /** Mean square 1. */
    MEAN_SQUARE
  }

  /** How many styles a picture has. */
  public enum Styles {
    /** One for each size, from 4x4 on. */
    PER_SIZE,
    /** One for each convolution, and one for the last colours; other colours use the next one. */
    PER_LAYER
  }

  /** How the generator doubles pictures. */
  public enum Doubling {
    /** Bilinear and [1, 2, 1], continued beyond the border; then the convolution. */
    BILINEAR,
    /** Zeros inserted, [1, 3, 3, 1] and convolution, with zeros beyond the border. */
    FILTERED
  }

  /** The discriminator's layers. */
  public enum Discriminator {
    /**
     * Residual blocks, each two convolutions and halving; then a 3x3 convolution without padding
     * and ReLU, and a linear layer.
     */
    RESIDUAL,
    /**
     * Plain blocks, each a convolution and a halving convolution; then a 3x3 convolution and two
     * linear layers.
     */
    PLAIN,
    /**
     * Residual blocks of a convolution and a halving convolution, with a halving 1x1 convolution
     * beside them; the rest as the plain one. Karras et al., "Analyzing and improving the image
     * quality of StyleGAN", 2020, section 4.1.
     */
    RESIDUAL_FILTERED
  }

  /** Copies the channels and checks what the graphs rely on. */
  public StyleGan2Settings {
    channels = List.copyOf(channels);
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("channels must name at least those at 4x4");
    }
  }

  /**
   * A small network for 32x32: 32 channels at 32x32 and twice as many at each smaller size, eight
   * mapping layers, residual discriminator.
   *
   * @param classes 0 if it is not conditional
   */
  public static StyleGan2Settings small(int classes) {
    return new StyleGan2Settings(
        classes,
        512,
        512,
        8,
        0.01,
        LatentNorm.UNIT,
        0.995,
        List.of(256, 128, 64, 32),
        3,
        Styles.PER_SIZE,
        Doubling.BILINEAR,
        true,
        1,
        1e-8,
        Discriminator.RESIDUAL,
        1,
        4,
        DeviationGroups.CONSECUTIVE,
        0);
  }

  /**
   * The published network for CIFAR-10 (Karras et al., "Training generative adversarial networks
   * with limited data", 2020, appendix D): 512 channels everywhere, two mapping layers, plain
   * discriminator.
   *
   * @param classes 0 if it is not conditional
   */
  public static StyleGan2Settings cifar(int classes) {
    return new StyleGan2Settings(
        classes,
        512,
        512,
        2,
        0.01,
        LatentNorm.MEAN_SQUARE,
        0.995,
        List.of(512, 512, 512, 512),
        3,
        Styles.PER_LAYER,
        Doubling.FILTERED,
        false,
        Math.sqrt(2),
        1e-8,
        Discriminator.PLAIN,
        0,
        32,
        DeviationGroups.STRIDED,
        8);
  }

  /**
   * The published network for larger images (Karras et al., 2020, as in their later program for
   * limited data): as for CIFAR-10, with residual blocks in the discriminator.
   *
   * @param classes 0 if it is not conditional
   */
  public static StyleGan2Settings residual(int classes) {
    return cifar(classes).with(Discriminator.RESIDUAL_FILTERED);
  }

  private StyleGan2Settings with(Discriminator other) {
    return new StyleGan2Settings(
        classes,
        latentSize,
        styleSize,
        mappingLayers,
        mappingRate,
        latentNorm,
        averageDecay,
        channels,
        imageChannels,
        styles,
        doubling,
        colourRelu,
        gain,
        demodulationEpsilon,
        other,
        convolutionBias,
        deviationGroup,
        deviationGroups,
        labelLayers);
  }

  /** The same design with other sizes. */
  public StyleGan2Settings with(
      int newLatentSize,
      int newStyleSize,
      int newMappingLayers,
      List<Integer> newChannels,
      int newImageChannels,
      int newDeviationGroup,
      DeviationGroups newDeviationGroups) {
    return new StyleGan2Settings(
        classes,
        newLatentSize,
        newStyleSize,
        newMappingLayers,
        mappingRate,
        latentNorm,
        averageDecay,
        newChannels,
        newImageChannels,
        styles,
        doubling,
        colourRelu,
        gain,
        demodulationEpsilon,
        discriminator,
        convolutionBias,
        newDeviationGroup,
        newDeviationGroups,
        labelLayers);
  }

  /** Height and width of the pictures, in pixels. */
  public int size() {
    return SMALLEST << (channels.size() - 1);
  }

  /** Height and width of the smallest pictures inside the networks. */
  static final int SMALLEST = 4;
}
