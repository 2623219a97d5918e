package io.troupe.metrics.dl4j;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutionalFlat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.util.ConvolutionUtils;

/**
 * What a network takes.
 *
 * @param height rows; 0 is any, or not known
 * @param width columns; 0 is any, or not known
 * @param channels of a picture
 * @param channelsFirst whether all of a channel comes before the next one
 * @param flat whether a picture is one row of numbers
 */
record NetworkInput(int height, int width, int channels, boolean channelsFirst, boolean flat) {
  private static final int RGB = 3;

  /** What a type says; empty if it is none of pictures. */
  static Optional<NetworkInput> of(InputType type) {
    if (type instanceof InputTypeConvolutional picture) {
      return Optional.of(
          new NetworkInput(
              Math.max(0, (int) picture.getHeight()),
              Math.max(0, (int) picture.getWidth()),
              (int) picture.getChannels(),
              picture.getFormat() == CNN2DFormat.NCHW,
              false));
    }
    if (type instanceof InputTypeConvolutionalFlat picture) {
      return Optional.of(
          new NetworkInput(
              (int) picture.getHeight(),
              (int) picture.getWidth(),
              (int) picture.getDepth(),
              true,
              true));
    }
    return type instanceof InputType.InputTypeFeedForward numbers
        ? flat(numbers.getSize())
        : Optional.empty();
  }

  /** Square pictures of as many numbers, which are of one channel or three, but never of both. */
  private static Optional<NetworkInput> flat(long numbers) {
    for (int channels : new int[] {1, RGB}) {
      int side = (int) Math.round(Math.sqrt((double) numbers / channels));
      if (side > 0 && (long) channels * side * side == numbers) {
        return Optional.of(new NetworkInput(side, side, channels, true, true));
      }
    }
    return Optional.empty();
  }

  /**
   * What layers say that follow the input.
   *
   * @param before what the input goes through before the first layer
   * @param layers from the first one on, each fed by the one before
   * @return empty if they take no pictures
   */
  static Optional<NetworkInput> of(Optional<InputPreProcessor> before, List<Layer> layers) {
    if (before.isPresent()) {
      if (before.get() instanceof FeedForwardToCnnPreProcessor from) {
        return Optional.of(
            new NetworkInput(
                (int) from.getInputHeight(),
                (int) from.getInputWidth(),
                (int) from.getNumChannels(),
                true,
                true));
      }
      if (before.get() instanceof CnnToFeedForwardPreProcessor from) {
        return Optional.of(
            new NetworkInput(
                (int) from.getInputHeight(),
                (int) from.getInputWidth(),
                (int) from.getNumChannels(),
                from.getFormat() == CNN2DFormat.NCHW,
                false));
      }
    }
    Optional<CNN2DFormat> format =
        layers.stream().flatMap(layer -> format(layer).stream()).findFirst();
    Optional<FeedForwardLayer> first =
        layers.stream()
            .filter(FeedForwardLayer.class::isInstance)
            .map(FeedForwardLayer.class::cast)
            .findFirst();
    if (format.isEmpty()) {
      return first.flatMap(layer -> flat(layer.getNIn()));
    }
    boolean known =
        first
            .filter(l -> l instanceof ConvolutionLayer || l instanceof BatchNormalization)
            .isPresent();
    int channels = known ? (int) first.get().getNIn() : RGB;
    return Optional.of(new NetworkInput(0, 0, channels, format.get() == CNN2DFormat.NCHW, false));
  }

  private static Optional<CNN2DFormat> format(Layer layer) {
    if (layer instanceof BatchNormalization norm) {
      return Optional.ofNullable(norm.getCnn2DFormat());
    }
    try {
      return Optional.of(ConvolutionUtils.getFormatForLayer(layer));
    } catch (IllegalArgumentException e) {
      // A layer that has none.
      return Optional.empty();
    }
  }

  /** The same for pictures of a size. */
  NetworkInput sized(int rows, int columns) {
    return new NetworkInput(rows, columns, channels, channelsFirst, flat);
  }

  /** The shape of so many pictures. */
  long[] shape(int count) {
    if (flat) {
      return new long[] {count, (long) channels * height * width};
    }
    return channelsFirst
        ? new long[] {count, channels, height, width}
        : new long[] {count, height, width, channels};
  }

  /** The same in DeepLearning4J's words. */
  InputType type() {
    if (flat) {
      return InputType.convolutionalFlat(height, width, channels);
    }
    return InputType.convolutional(
        height, width, channels, channelsFirst ? CNN2DFormat.NCHW : CNN2DFormat.NHWC);
  }
}
