package io.troupe.actors.evaluation;

import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureBatch;
import io.troupe.metrics.FeatureExtractor;

/** Features of images of datasets, which are not augmented. */
public final class ImageFeatures {
  private static final int RGB = 3;

  private ImageFeatures() {}

  /**
   * Reads images and extracts their features, and logits if the extractor gives any. Grey ones are
   * repeated three times.
   *
   * @param first which of all that are read is the first one, from 0
   * @param indices of the images
   */
  public static FeatureBatch of(
      Dataset dataset, FeatureExtractor extractor, int first, int... indices) {
    int count = indices.length;
    byte[] image = new byte[dataset.imageBytes()];
    float[] images = new float[count * image.length];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      dataset.read(indices[i], image);
      labels[i] = dataset.label(indices[i]);
      for (int k = 0; k < image.length; k++) {
        images[i * image.length + k] = (image[k] & 0xFF) / 127.5f - 1;
      }
    }
    float[] features = new float[count * extractor.dimension()];
    float[] logits = new float[count * extractor.classes()];
    extract(extractor, rgb(images, dataset.channels()), count, features, logits);
    return new FeatureBatch(first, count, extractor.dimension(), features, logits, labels);
  }

  /** Which image is the i-th of {@code count} that are spread evenly over a dataset. */
  public static int spread(int i, int count, Dataset dataset) {
    return (int) ((long) i * dataset.size() / count);
  }

  /**
   * Images as extractors take them: grey is repeated three times, as Pillow's {@code
   * convert("RGB")} does.
   *
   * @param images NHWC
   * @param channels of them, 1 or 3
   */
  static float[] rgb(float[] images, int channels) {
    if (channels == RGB) {
      return images;
    }
    float[] rgb = new float[RGB * images.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = images[i / RGB];
    }
    return rgb;
  }

  /** Features, and logits where the extractor has any. */
  static void extract(
      FeatureExtractor extractor, float[] images, int count, float[] features, float[] logits) {
    if (extractor.classes() > 0) {
      extractor.extract(images, count, features, logits);
    } else {
      extractor.extract(images, count, features);
    }
  }
}
