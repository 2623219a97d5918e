package io.troupe.metrics;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;

/**
 * Features of a fixed random convolutional network: three strided 3x3 convolutions of 32, 64 and 64
 * channels with leaky ReLUs; the features are the mean of every channel over the image.
 *
 * <p>The weights never change, so scores of different runs compare with each other. They do not
 * compare with the Inception network's scores, whose place they take where those weights are not at
 * hand.
 */
public final class RandomFeatures implements FeatureExtractor {
  /** The smallest image, in pixels a side. */
  public static final int MINIMUM_SIZE = 16;

  private static final long WEIGHT_SEED = 20210607;
  private static final int COLOURS = 3;
  private static final int[] CHANNELS = {32, 64, 64};

  private final int height;
  private final int width;
  private final int dimension;
  private final float[] bordered;
  private final StridedConvolution[] layers = new StridedConvolution[CHANNELS.length];

  /**
   * An extractor for images of one size.
   *
   * @param height rows, at least {@link #MINIMUM_SIZE}
   * @param width columns, at least {@link #MINIMUM_SIZE}
   * @throws IllegalArgumentException if the images are smaller
   */
  public RandomFeatures(int height, int width) {
    if (height < MINIMUM_SIZE || width < MINIMUM_SIZE) {
      throw new IllegalArgumentException(
          "Random features need pictures of at least %d x %d pixels, got %d x %d"
              .formatted(MINIMUM_SIZE, MINIMUM_SIZE, height, width));
    }
    this.height = height;
    this.width = width;
    bordered = new float[(height + 2) * (width + 2) * COLOURS];
    int layerHeight = height;
    int layerWidth = width;
    int inputChannels = COLOURS;
    int features = 0;
    for (int i = 0; i < layers.length; i++) {
      CounterRandom random = new CounterRandom(WEIGHT_SEED, Stream.FEATURES, 0, i);
      layers[i] =
          new StridedConvolution(layerHeight, layerWidth, inputChannels, CHANNELS[i], random);
      layerHeight = layers[i].outputHeight();
      layerWidth = layers[i].outputWidth();
      inputChannels = CHANNELS[i];
      features += CHANNELS[i];
    }
    dimension = features;
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public void extract(float[] images, int count, float[] features) {
    int imageLength = height * width * COLOURS;
    if (count < 0
        || images.length < (long) count * imageLength
        || features.length < (long) count * dimension) {
      throw new IllegalArgumentException(
          ("%d pictures of %d x %d x %d need %d numbers and %d features; the arrays have room for %d"
                  + " and %d")
              .formatted(
                  count,
                  height,
                  width,
                  COLOURS,
                  (long) count * imageLength,
                  (long) count * dimension,
                  images.length,
                  features.length));
    }
    for (int image = 0; image < count; image++) {
      int rowLength = width * COLOURS;
      for (int y = 0; y < height; y++) {
        System.arraycopy(
            images,
            image * imageLength + y * rowLength,
            bordered,
            ((y + 1) * (width + 2) + 1) * COLOURS,
            rowLength);
      }
      float[] activations = bordered;
      int at = image * dimension;
      for (StridedConvolution layer : layers) {
        activations = layer.apply(activations, features, at);
        at += layer.outputChannels();
      }
    }
  }
}
