package io.troupe.actors.sampling;

import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;

/**
 * A generator's images of the latent vectors of a source, batch by batch. Every batch is full: the
 * last one with the source's next images, so that with batch statistics too an image does not
 * depend on how many are wanted.
 */
public final class ImageBatches {
  /** Takes a batch. */
  interface Consumer {
    /**
     * Takes a batch.
     *
     * @param images NHWC in [-1, 1]; valid until the next batch
     * @param first index of the first one
     * @param length how many are wanted
     */
    void accept(float[] images, int first, int length) throws IOException;
  }

  private final GeneratorSampler generator;
  private final LatentSource source;
  private final float[] latent;
  private final float[] images;

  /**
   * Images of a generator, which has its values whenever some are made.
   *
   * @param latentSize length of its latent vectors
   */
  public ImageBatches(GeneratorSampler generator, int latentSize, LatentSource source) {
    this.generator = generator;
    this.source = source;
    latent = new float[latentSize];
    images = new float[generator.batch() * generator.pictureLength()];
  }

  /** Whose images they are. */
  GeneratorSampler generator() {
    return generator;
  }

  /** What they are made of. */
  LatentSource source() {
    return source;
  }

  /**
   * Makes a batch.
   *
   * @param first index of its first image
   * @param length how many are wanted, at most a batch
   * @return NHWC in [-1, 1]; valid until the next batch
   */
  public float[] generate(int first, int length) {
    for (int row = 0; row < generator.batch(); row++) {
      source.latent(first + row, latent);
      generator.set(row, latent, source.label(first + row));
    }
    generator.generate(images, 0, length);
    return images;
  }

  /** Makes the images from 0 to {@code count - 1}. */
  void forEach(int count, Consumer consumer) throws IOException {
    for (int first = 0; first < count; first += generator.batch()) {
      int length = Math.min(generator.batch(), count - first);
      consumer.accept(generate(first, length), first, length);
    }
  }
}
