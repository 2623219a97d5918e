package io.troupe.models.augmentation;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What {@link AdaptiveAugment} draws for one batch; at first it changes nothing. A picture takes as
 * many random numbers whatever the probability: the same picture of the same step is changed a
 * little more often as it rises.
 */
public final class AdaptiveAugmentDraws extends AugmentationDraws {
  private static final double LARGEST_SHIFT = 0.125;
  private static final double SCALE_DEVIATION = 0.2;
  private static final double SHIFT_DEVIATION = 0.125;
  private static final double BRIGHTNESS_DEVIATION = 0.2;
  private static final double CONTRAST_DEVIATION = 0.5;
  private static final double SATURATION_DEVIATION = 1;
  private static final double CUTOUT = 0.5;

  private final AdaptiveAugment augmentation;
  private final int batch;
  private final int height;
  private final int width;
  private final int channels;

  AdaptiveAugmentDraws(AdaptiveAugment augmentation, DataType type, long... shape) {
    super(type, augmentation.inputs(shape));
    this.augmentation = augmentation;
    batch = Math.toIntExact(shape[0]);
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
    channels = Math.toIntExact(shape[3]);
    draw(new CounterRandom(0, Stream.DIFF_AUGMENT, 0, 0), 0);
  }

  @Override
  public void draw(CounterRandom random, double probability) {
    for (int picture = 0; picture < batch; picture++) {
      if (augmentation.isMoving()) {
        AffineMap map = new AffineMap();
        if (augmentation.blit() > 0) {
          blit(map, random, augmentation.blit() * probability);
        }
        if (augmentation.geometry() > 0) {
          transform(map, random, augmentation.geometry() * probability);
        }
        set(AdaptiveAugment.MAPS, 6L * picture, map.numbers());
      }
      if (augmentation.colour() > 0) {
        ColourMap map = colours(random, augmentation.colour() * probability);
        set(AdaptiveAugment.COLOURS, (long) picture * channels * channels, map.matrix(channels));
        set(AdaptiveAugment.LIGHT, (long) picture * channels, map.light(channels));
      }
      if (augmentation.cutout() > 0) {
        cut(picture, random, augmentation.cutout() * probability);
      }
    }
  }

  private void blit(AffineMap map, CounterRandom random, double probability) {
    boolean mirrored = random.nextBoolean();
    if (happens(random, probability) && mirrored) {
      map.scale(-1, 1);
    }
    int turns = random.nextInt(4);
    if (happens(random, probability)) {
      map.turn(turns);
    }
    double right = Math.rint(random.nextDouble(-LARGEST_SHIFT, LARGEST_SHIFT) * width);
    double down = Math.rint(random.nextDouble(-LARGEST_SHIFT, LARGEST_SHIFT) * height);
    if (happens(random, probability)) {
      map.shift(right, down);
    }
  }

  private void transform(AffineMap map, CounterRandom random, double probability) {
    double scale = powerOfTwo(random, SCALE_DEVIATION);
    if (happens(random, probability)) {
      map.scale(scale, scale);
    }
    // So that either rotation happens with the probability.
    double rotation = 1 - Math.sqrt(Math.max(0, 1 - probability));
    rotate(map, random, rotation);
    double stretch = powerOfTwo(random, SCALE_DEVIATION);
    if (happens(random, probability)) {
      map.scale(stretch, 1 / stretch);
    }
    rotate(map, random, rotation);
    double right = random.nextGaussian() * SHIFT_DEVIATION * width;
    double down = random.nextGaussian() * SHIFT_DEVIATION * height;
    if (happens(random, probability)) {
      map.shift(right, down);
    }
  }

  private static void rotate(AffineMap map, CounterRandom random, double probability) {
    double angle = random.nextDouble(-Math.PI, Math.PI);
    if (happens(random, probability)) {
      map.rotate(angle);
    }
  }

  private ColourMap colours(CounterRandom random, double probability) {
    ColourMap map = new ColourMap();
    double light = random.nextGaussian() * BRIGHTNESS_DEVIATION;
    if (happens(random, probability)) {
      map.brighten(light);
    }
    double contrast = powerOfTwo(random, CONTRAST_DEVIATION);
    if (happens(random, probability)) {
      map.scale(contrast);
    }
    boolean inverted = random.nextBoolean();
    if (happens(random, probability) && inverted) {
      map.invertLuma();
    }
    if (channels > 1) {
      double angle = random.nextDouble(-Math.PI, Math.PI);
      if (happens(random, probability)) {
        map.turnHue(angle);
      }
      double saturation = powerOfTwo(random, SATURATION_DEVIATION);
      if (happens(random, probability)) {
        map.saturate(saturation);
      }
    }
    return map;
  }

  private void cut(int picture, CounterRandom random, double probability) {
    double x = random.nextDouble() * width;
    double y = random.nextDouble() * height;
    boolean happens = happens(random, probability);
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        boolean inside =
            Math.abs(column + 0.5 - x) < CUTOUT * width / 2
                && Math.abs(row + 0.5 - y) < CUTOUT * height / 2;
        set(
            AdaptiveAugment.MASK,
            ((long) picture * height + row) * width + column,
            happens && inside ? 0 : 1);
      }
    }
  }

  private static boolean happens(CounterRandom random, double probability) {
    return random.nextDouble() < probability;
  }

  private static double powerOfTwo(CounterRandom random, double deviation) {
    return StrictMath.pow(2, random.nextGaussian() * deviation);
  }
}
