package io.troupe.metrics;

/**
 * Turns images into feature vectors whose distributions can be compared.
 *
 * <p>A row of features depends on its own image alone, not on the batch around it. An extractor may
 * keep scratch memory: one thread at a time may use it.
 */
public interface FeatureExtractor extends AutoCloseable {

  /** The short name that marks scores made with these features, as in {@code fd_random}. */
  String name();

  /** The length of a feature vector. */
  int dimension();

  /**
   * Computes the features of some images.
   *
   * @param images images in NHWC order, RGB in [-1, 1], of the size the extractor was made for;
   *     what follows the first {@code count} is not read
   * @param count number of images, from 0
   * @param features receives {@code count} rows of {@link #dimension()} numbers
   * @throws IllegalArgumentException if an array is too short for {@code count} images
   */
  void extract(float[] images, int count, float[] features);

  /** The length of a row of logits; 0 if the extractor has no classifier. */
  default int classes() {
    return 0;
  }

  /**
   * As {@link #extract(float[], int, float[])}, and the classifier's logits, which Inception Score
   * is made of.
   *
   * @param logits receives {@code count} rows of {@link #classes()} numbers
   * @throws IllegalStateException if the extractor has no classifier
   */
  default void extract(float[] images, int count, float[] features, float[] logits) {
    throw new IllegalStateException(
        "The extractor %s has no classifier and gives no logits".formatted(name()));
  }

  /** Frees what the extractor owns outside the heap; by default that is nothing. */
  @Override
  default void close() {}
}
