package io.troupe.metrics.dl4j;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.data.Squares;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Makes pictures what a network takes: scales them to its size by Pillow's bilinear filter, makes
 * them grey as Pillow does if it has one channel, and scales their levels.
 */
final class Preparation {
  private static final int RGB = 3;
  private static final int LEVELS = 256;

  private final int height;
  private final int width;
  private final NetworkInput input;
  private final FeatureNetwork wanted;

  /** What the network takes of each level, by its channel. */
  private final float[][] values;

  private final int length;

  /**
   * For pictures of one size.
   *
   * @param input with a size
   * @throws IllegalArgumentException if what is wanted does not fit the network
   */
  Preparation(int height, int width, NetworkInput input, FeatureNetwork wanted) {
    this.height = height;
    this.width = width;
    this.input = input;
    this.wanted = wanted;
    if (input.channels() != 1 && input.channels() != RGB) {
      throw new IllegalArgumentException(
          "it takes pictures of %d channels; there are those of 1 and 3"
              .formatted(input.channels()));
    }
    if (input.channels() == 1 && wanted.inputOrder() != ChannelOrder.RGB) {
      throw new IllegalArgumentException(
          Setting.named("input-order") + " has no effect on a network of one channel");
    }
    if (isScaled() && input.height() != input.width()) {
      throw new IllegalArgumentException(
          "it takes pictures of %d x %d (width x height); others of %d x %d are only scaled to squares"
              .formatted(input.width(), input.height(), width, height));
    }
    double[] means = byChannel("input-mean", wanted.means());
    double[] deviations = byChannel("input-deviation", wanted.deviations());
    values = new float[input.channels()][LEVELS];
    for (int channel = 0; channel < values.length; channel++) {
      for (int level = 0; level < LEVELS; level++) {
        values[channel][level] = (float) ((level - means[channel]) / deviations[channel]);
      }
    }
    length = input.channels() * input.height() * input.width();
  }

  private double[] byChannel(String setting, double... numbers) {
    if (numbers.length != 1 && numbers.length != input.channels()) {
      throw new IllegalArgumentException(
          "it has one channel, and %s has %d numbers"
              .formatted(Setting.named(setting), numbers.length));
    }
    double[] all = new double[input.channels()];
    Arrays.setAll(all, channel -> numbers[channel % numbers.length]);
    return all;
  }

  private boolean isScaled() {
    return input.height() != height || input.width() != width;
  }

  /**
   * Writes a picture as the network takes it.
   *
   * @param pixels RGB, row after row
   * @param index of the picture in the network's input
   */
  void write(byte[] pixels, FloatBuffer target, int index) {
    byte[] sized =
        isScaled()
            ? new Squares(input.width(), Fit.STRETCH, Filter.BILINEAR).of(width, height, pixels)
            : pixels;
    int plane = input.height() * input.width();
    int channels = input.channels();
    int start = index * length;
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        int at = input.channelsFirst() ? channel * plane + pixel : pixel * channels + channel;
        target.put(start + at, values[channel][level(sized, RGB * pixel, channel)]);
      }
    }
  }

  private int level(byte[] pixels, int at, int channel) {
    if (input.channels() == 1) {
      // Pillow's convert("L"): ITU-R 601-2's luma, rounded. Grey stays what it is.
      return (19595 * (pixels[at] & 0xFF)
              + 38470 * (pixels[at + 1] & 0xFF)
              + 7471 * (pixels[at + 2] & 0xFF)
              + 0x8000)
          >> 16;
    }
    return pixels[at + (wanted.inputOrder() == ChannelOrder.RGB ? channel : 2 - channel)] & 0xFF;
  }

  /** What is done, for protocols. */
  String described() {
    String size =
        isScaled() ? "Pillow's bilinear to %dx%d".formatted(input.width(), input.height()) : "none";
    return "%s, then (%s - %s) / %s"
        .formatted(
            size,
            input.channels() == 1
                ? "grey level"
                : wanted.inputOrder().name().toLowerCase(Locale.ROOT) + " level",
            numbers(wanted.means()),
            numbers(wanted.deviations()));
  }

  private static String numbers(double... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> Double.toString(number).replaceFirst("\\.0$", ""))
        .collect(Collectors.joining(","));
  }
}
