package io.troupe.models.augmentation;

import io.troupe.config.random.CounterRandom;
import org.nd4j.linalg.api.buffer.DataType;

/** What {@link DiffAugment} draws for one batch; at first it changes nothing. */
public final class DiffAugmentDraws extends AugmentationDraws {
  private static final double BRIGHTNESS = 0.5;
  private static final double LARGEST_SATURATION = 2;
  private static final double CONTRAST = 0.5;
  private static final double TRANSLATION = 0.125;
  private static final double CUTOUT = 0.5;

  private final long batch;
  private final int height;
  private final int width;

  /**
   * Arrays for the inputs that the augmentation adds.
   *
   * @param type the graph's
   * @param shape of the images: N, H, W, C
   */
  public DiffAugmentDraws(DiffAugment augmentation, DataType type, long... shape) {
    super(type, augmentation.inputs(shape));
    batch = shape[0];
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
    reset();
    for (int picture = 0; picture < batch; picture++) {
      translate(picture, 0, 0);
    }
  }

  /** Nothing depends on the probability: all that is wanted happens to every picture. */
  @Override
  public void draw(CounterRandom random, double probability) {
    draw(random);
  }

  /** Draws everything anew. */
  public void draw(CounterRandom random) {
    reset();
    int highest = portion(height, TRANSLATION);
    int widest = portion(width, TRANSLATION);
    for (int picture = 0; picture < batch; picture++) {
      if (has(DiffAugment.BRIGHTNESS)) {
        set(DiffAugment.BRIGHTNESS, picture, random.nextDouble(-BRIGHTNESS, BRIGHTNESS));
        set(DiffAugment.SATURATION, picture, random.nextDouble(0, LARGEST_SATURATION));
        set(DiffAugment.CONTRAST, picture, random.nextDouble(1 - CONTRAST, 1 + CONTRAST));
      }
      if (has(DiffAugment.ROWS)) {
        int down = random.nextInt(2 * highest + 1) - highest;
        translate(picture, down, random.nextInt(2 * widest + 1) - widest);
      }
      if (has(DiffAugment.MASK)) {
        int top = corner(random, height);
        cut(picture, top, corner(random, width));
      }
    }
  }

  /** No brightness, saturation and contrast 1, nothing cut; all matrices zero. */
  private void reset() {
    forEachName(
        name -> {
          int value =
              switch (name) {
                case DiffAugment.SATURATION, DiffAugment.CONTRAST, DiffAugment.MASK -> 1;
                default -> 0;
              };
          fill(name, value);
        });
  }

  /** Fills a picture's matrices, which must be zero, as far as there are such. */
  private void translate(int picture, int down, int right) {
    if (has(DiffAugment.ROWS)) {
      shift(DiffAugment.ROWS, picture, height, down);
      shift(DiffAugment.COLUMNS, picture, width, right);
    }
  }

  private void shift(String matrices, int picture, int side, int by) {
    for (int to = Math.max(0, by); to < Math.min(side, side + by); to++) {
      set(matrices, ((long) picture * side + to) * side + to - by, 1);
    }
  }

  /** First line of a square whose centre is anywhere between the lines, the borders included. */
  private static int corner(CounterRandom random, int side) {
    int cut = portion(side, CUTOUT);
    return random.nextInt(side + 1 - cut % 2) - cut / 2;
  }

  private void cut(int picture, int top, int left) {
    int bottom = Math.min(height, top + portion(height, CUTOUT));
    int right = Math.min(width, left + portion(width, CUTOUT));
    for (int row = Math.max(0, top); row < bottom; row++) {
      for (int column = Math.max(0, left); column < right; column++) {
        set(DiffAugment.MASK, ((long) picture * height + row) * width + column, 0);
      }
    }
  }

  private static int portion(int side, double ratio) {
    return (int) Math.round(side * ratio);
  }
}
