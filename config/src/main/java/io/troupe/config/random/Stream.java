package io.troupe.config.random;

/**
 * The independent uses of randomness in a run. Two consumers that name different streams never see
 * the same numbers. The ids are part of what a seed means: they must not change.
 */
public enum Stream {
  /** Initial weights. */
  INITIALISATION(1),
  /** The order of the training images; step is the epoch. */
  SHUFFLE(2),
  /** Flips and colour jitter; index is the image's place in the step. */
  AUGMENTATION(3),
  /** Latent vectors and class labels of the discriminator's steps; index is the sub-step. */
  DISCRIMINATOR_LATENT(4),
  /** Latent vectors and class labels of the generator's step. */
  GENERATOR_LATENT(5),
  /** The fixed latent vectors of sample grids. */
  SAMPLING(6),
  /** Latent vectors of evaluations. */
  EVALUATION(7),
  /** Procedural images; index is the image. */
  DATASET(8),
  /** Weights of random feature extractors. */
  FEATURES(9),
  /** Noise inputs of an image made outside of training; the seed is a hash of its latent vector. */
  PICTURE_NOISE(10),
  /** Differentiable augmentation; index is the place of the images in the step. */
  DIFF_AUGMENT(11),
  /** The noise that path lengths are measured with. */
  PATH_LENGTH(12),
  /** Orders and subsets of feature vectors in metrics; step is the use, index the subset. */
  METRICS(13),
  /** How images are slightly changed for consistency; index is their place in the step. */
  CONSISTENCY(14);

  final int id;

  Stream(int id) {
    this.id = id;
  }
}
