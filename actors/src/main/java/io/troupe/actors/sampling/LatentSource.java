package io.troupe.actors.sampling;

/**
 * The inputs of a generator, picture by picture. Every index from 0 has one, so that a batch can be
 * filled up beyond the pictures that are wanted.
 */
public sealed interface LatentSource permits DrawnLatents, InterpolatedLatents, FileLatents {
  /**
   * Copies the latent vector of a picture.
   *
   * @param index of the picture, from 0
   * @param target gets the vector; as long as it
   */
  void latent(int index, float[] target);

  /** The class of a picture. */
  int label(int index);
}
