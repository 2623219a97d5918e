package io.troupe.config;

/**
 * Sizes and constants of the networks.
 *
 * @param kind the name of one of {@link Parts#networks}
 * @param latentSize length of z
 * @param generatorChannels channels of every stage; in DCGAN and StyleGAN2, of the highest
 *     resolution
 * @param discriminatorChannels as {@code generatorChannels}
 * @param initialDeviation standard deviation of the initial weights
 */
public record NetworkSettings(
    String kind,
    int latentSize,
    int generatorChannels,
    int discriminatorChannels,
    double initialDeviation,
    double spectralNormEpsilon,
    double batchNormEpsilon,
    double batchNormMomentum,
    Biggan biggan,
    Dcgan dcgan,
    Stylegan2 stylegan2) {
  /**
   * Whether a setting of these is true, by its whole key, e.g. {@code network.dcgan.conditional}.
   */
  public boolean isOn(String key) {
    return "true".equals(SettingsWriter.values("network", this).get(key));
  }

  /** How the initial weights of convolutions, linear layers and embeddings are drawn. */
  public enum Initialisation {
    /** Normal, with the deviation that is set. */
    NORMAL,
    /** A matrix with orthonormal rows or columns (Saxe et al., 2014). */
    ORTHOGONAL,
    /** Uniform, within a bound that depends on fan-in and fan-out (Glorot and Bengio, 2010). */
    XAVIER
  }

  /**
   * Options of BigGAN.
   *
   * @param hierarchical whether z is split into chunks, one for each block
   * @param sharedEmbedding size of the class embedding that all norms share; with 0 each norm has
   *     its own table
   * @param generatorAttention resolution of the block that self-attention follows; 0 is none
   * @param discriminatorAttention the same in the discriminator
   */
  public record Biggan(
      boolean hierarchical,
      int sharedEmbedding,
      int generatorAttention,
      int discriminatorAttention,
      Initialisation initialisation,
      Quantiser quantiser) {
    /** BigGAN as published for CIFAR. */
    public static final Biggan PLAIN =
        new Biggan(false, 0, 0, 0, Initialisation.NORMAL, new Quantiser("", 10, 64, 0.9));
  }

  /**
   * Feature quantisation of the discriminator (Zhao et al., 2020).
   *
   * @param layers digits of the blocks that a quantiser follows; empty is none
   * @param commitment weight of the distance to the nearest code
   * @param codes number of codes per quantiser
   * @param decay of the codes' moving average, per step
   */
  public record Quantiser(String layers, double commitment, int codes, double decay) {}

  /**
   * Options of DCGAN.
   *
   * @param conditional whether both networks are told the classes; with a single one they are not
   */
  public record Dcgan(boolean conditional) {
    /** As published. */
    public static final Dcgan PLAIN = new Dcgan(false);
  }

  /** Which StyleGAN2. */
  public enum StyleDesign {
    /** Residual discriminator, bilinear upsampling, one style per resolution. */
    COMPACT,
    /** Plain discriminator, filtered upsampling, one style per layer, as published for CIFAR. */
    CIFAR,
    /** As for CIFAR, with a residual discriminator, as published for larger images. */
    RESIDUAL
  }

  /**
   * Options of StyleGAN2.
   *
   * @param styleSize size of a style, of a class embedding and of the discriminator's features
   * @param mappingLayers layers of the mapping network
   * @param mostChannels upper limit: channels double with each halving of the resolution up to it
   * @param deviationGroup images per group of the minibatch standard deviation
   */
  public record Stylegan2(
      StyleDesign design,
      int styleSize,
      int mappingLayers,
      int mostChannels,
      int deviationGroup,
      DeviationGroups deviationGroups) {
    /** The small network. */
    public static final Stylegan2 COMPACT =
        new Stylegan2(StyleDesign.COMPACT, 512, 8, 512, 4, DeviationGroups.CONSECUTIVE);
  }

  /** Which images of a batch form a group of the minibatch standard deviation. */
  public enum DeviationGroups {
    /** Neighbours. */
    CONSECUTIVE,
    /** Every n-th, where n is the number of groups. */
    STRIDED
  }
}
