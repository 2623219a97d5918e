package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Random changes of real images, and their scaling to the networks' range.
 *
 * <p>An image is mirrored with probability 1/2; then brightness, contrast, saturation and hue are
 * changed by uniform factors in one of the 24 orders, each equally likely (torchvision's
 * RandomHorizontalFlip and ColorJitter, in floating point or, if levels are to be cut to 8 bits,
 * with Pillow's arithmetic). Changes whose strength is 0 are left out. Grey images have neither
 * saturation nor hue. The result depends on (settings, seed, step, index) alone. Thread-safe.
 */
public final class Augmentation {
  private static final int OPERATIONS = 4;

  /** One operation on interleaved pixels, in place. */
  private interface Change {
    void apply(float[] pixels, int from, int to, double amount);
  }

  /** One whose amount is of single precision. */
  private interface FloatChange {
    void apply(float[] pixels, int from, int to, float amount);
  }

  private static final List<Change> EXACT =
      List.of(
          single(ColorJitter::brightness),
          single(ColorJitter::contrast),
          single(ColorJitter::saturation),
          single(ColorJitter::hue));
  private static final List<Change> EIGHT_BIT =
      List.of(
          single(PillowJitter::brightness),
          single(PillowJitter::contrast),
          single(PillowJitter::saturation),
          PillowJitter::hue);
  private static final Change NONE = (grey, from, to, amount) -> {};
  private static final List<Change> GREY_EXACT =
      List.of(EXACT.get(0), single(ColorJitter::contrastOfGrey), NONE, NONE);
  private static final List<Change> GREY_EIGHT_BIT =
      List.of(EIGHT_BIT.get(0), single(PillowJitter::contrastOfGrey), NONE, NONE);

  private final RunSettings.Augmentation settings;
  private final long seed;
  private final int height;
  private final int width;
  private final int channels;
  private final List<Change> changes;

  /**
   * An augmentation of images of one size.
   *
   * @param settings strengths; all 0 and no flip only scales
   * @param height pixels from top to bottom
   * @param width pixels from left to right
   * @param channels 3 for RGB, 1 for grey
   * @throws IllegalArgumentException if the settings do not fit, see {@link #misfit}
   */
  public Augmentation(
      RunSettings.Augmentation settings, long seed, int height, int width, int channels) {
    misfit(settings, channels)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
    this.settings = settings;
    this.seed = seed;
    this.height = height;
    this.width = width;
    this.channels = channels;
    boolean exact = settings.rounding() == RunSettings.Rounding.NONE;
    changes = channels == 1 ? (exact ? GREY_EXACT : GREY_EIGHT_BIT) : (exact ? EXACT : EIGHT_BIT);
  }

  /**
   * Which of the settings would have no effect on images, as a sentence that says what to set;
   * empty if all have.
   *
   * @param channels of the images: 3 for RGB, 1 for grey
   */
  public static Optional<String> misfit(RunSettings.Augmentation settings, int channels) {
    return channels == 1 && (settings.saturation() > 0 || settings.hue() > 0)
        ? Optional.of(
            "augmentation.saturation is %s and augmentation.hue is %s, and the dataset's images are grey, on which they have no effect; set both to 0, or dataset.channels to 3"
                .formatted(settings.saturation(), settings.hue()))
        : Optional.empty();
  }

  /**
   * Augments one image and scales it to [-1, 1]: x / 127.5 - 1.
   *
   * @param hwc 8-bit, {@code height * width * channels} bytes
   * @param step the step that the image is for
   * @param index the image's place in the step, from 0
   * @param target receives {@code height * width * channels} floats in the same layout
   * @param targetOffset where in the target they start
   * @throws IllegalArgumentException if the image has another size
   * @throws IndexOutOfBoundsException if the target is too short
   */
  public void apply(byte[] hwc, long step, int index, float[] target, int targetOffset) {
    int length = channels * height * width;
    if (hwc.length != length) {
      throw new IllegalArgumentException(
          "a picture of %dx%dx%d has %d bytes: %d"
              .formatted(height, width, channels, length, hwc.length));
    }
    Objects.checkFromIndexSize(targetOffset, length, target.length);
    CounterRandom random = new CounterRandom(seed, Stream.AUGMENTATION, step, index);
    if (settings.horizontalFlip() && random.nextBoolean()) {
      loadMirrored(hwc, width, channels, target, targetOffset);
    } else {
      load(hwc, target, targetOffset);
    }
    jitter(random, target, targetOffset, targetOffset + length);
    for (int i = targetOffset; i < targetOffset + length; i++) {
      target[i] = target[i] / 127.5f - 1;
    }
  }

  private void jitter(CounterRandom random, float[] target, int from, int to) {
    double[] amounts = {
      factor(random, settings.brightness()),
      factor(random, settings.contrast()),
      factor(random, settings.saturation()),
      random.nextDouble(-settings.hue(), settings.hue())
    };
    double[] strengths = {
      settings.brightness(), settings.contrast(), settings.saturation(), settings.hue()
    };
    for (int operation : order(random)) {
      if (strengths[operation] > 0) {
        changes.get(operation).apply(target, from, to, amounts[operation]);
      }
    }
  }

  private static Change single(FloatChange change) {
    return (pixels, from, to, amount) -> change.apply(pixels, from, to, (float) amount);
  }

  private static float factor(CounterRandom random, double strength) {
    return (float) random.nextDouble(Math.max(0, 1 - strength), 1 + strength);
  }

  /** A uniform permutation of the four operations. */
  private static int[] order(CounterRandom random) {
    int[] order = new int[OPERATIONS];
    for (int i = 0; i < OPERATIONS; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  static void load(byte[] hwc, float[] target, int offset) {
    for (int i = 0; i < hwc.length; i++) {
      target[offset + i] = hwc[i] & 255;
    }
  }

  static void loadMirrored(byte[] hwc, int width, int channels, float[] target, int offset) {
    int row = channels * width;
    for (int start = 0; start < hwc.length; start += row) {
      for (int left = 0, right = row - channels; left < row; left += channels, right -= channels) {
        for (int channel = 0; channel < channels; channel++) {
          target[offset + start + left + channel] = hwc[start + right + channel] & 255;
        }
      }
    }
  }
}
