package io.troupe.models.augmentation;

import io.troupe.config.random.CounterRandom;
import io.troupe.models.graph.Bindings;
import io.troupe.models.memory.HostArray;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What {@link DiffAugment} draws for one batch: every picture is augmented differently. Owns its
 * arrays, which are refilled in place; at first they change nothing.
 */
public final class DiffAugmentDraws implements AutoCloseable {
  private static final double BRIGHTNESS = 0.5;
  private static final double LARGEST_SATURATION = 2;
  private static final double CONTRAST = 0.5;
  private static final double TRANSLATION = 0.125;
  private static final double CUTOUT = 0.5;

  private final Map<String, INDArray> arrays = new LinkedHashMap<>();
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
    batch = shape[0];
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
    augmentation.inputs(shape).forEach((name, form) -> arrays.put(name, Nd4j.create(type, form)));
    reset();
    for (int picture = 0; picture < batch; picture++) {
      translate(picture, 0, 0);
    }
  }

  /** Binds the inputs that {@link DiffAugment#apply} has added under a name, if it has. */
  public Bindings bind(Bindings bindings, String name) {
    arrays.forEach((input, array) -> bindings.bindIfPresent(name + input, array));
    return bindings;
  }

  /** Draws everything anew. */
  public void draw(CounterRandom random) {
    reset();
    int highest = portion(height, TRANSLATION);
    int widest = portion(width, TRANSLATION);
    for (int picture = 0; picture < batch; picture++) {
      if (arrays.containsKey(DiffAugment.BRIGHTNESS)) {
        set(DiffAugment.BRIGHTNESS, picture, random.nextDouble(-BRIGHTNESS, BRIGHTNESS));
        set(DiffAugment.SATURATION, picture, random.nextDouble(0, LARGEST_SATURATION));
        set(DiffAugment.CONTRAST, picture, random.nextDouble(1 - CONTRAST, 1 + CONTRAST));
      }
      if (arrays.containsKey(DiffAugment.ROWS)) {
        int down = random.nextInt(2 * highest + 1) - highest;
        translate(picture, down, random.nextInt(2 * widest + 1) - widest);
      }
      if (arrays.containsKey(DiffAugment.MASK)) {
        int top = corner(random, height);
        cut(picture, top, corner(random, width));
      }
    }
  }

  /** Takes the index-th part of the draws for a larger batch of floats. */
  public void takePart(DiffAugmentDraws whole, int index) {
    arrays.forEach((name, array) -> HostArray.takePart(array, whole.arrays.get(name), index));
  }

  /** No brightness, saturation and contrast 1, nothing cut; all matrices zero. */
  private void reset() {
    arrays.forEach(
        (name, array) -> {
          int value =
              switch (name) {
                case DiffAugment.SATURATION, DiffAugment.CONTRAST, DiffAugment.MASK -> 1;
                default -> 0;
              };
          HostArray.fill(array, value);
        });
  }

  private void set(String name, int picture, double value) {
    HostArray.set(arrays.get(name), picture, value);
  }

  /** Fills a picture's matrices, which must be zero, as far as there are such. */
  private void translate(int picture, int down, int right) {
    if (arrays.containsKey(DiffAugment.ROWS)) {
      shift(arrays.get(DiffAugment.ROWS), picture, height, down);
      shift(arrays.get(DiffAugment.COLUMNS), picture, width, right);
    }
  }

  private static void shift(INDArray matrices, int picture, int side, int by) {
    for (int to = Math.max(0, by); to < Math.min(side, side + by); to++) {
      HostArray.set(matrices, ((long) picture * side + to) * side + to - by, 1);
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
    INDArray mask = arrays.get(DiffAugment.MASK);
    for (int row = Math.max(0, top); row < bottom; row++) {
      for (int column = Math.max(0, left); column < right; column++) {
        HostArray.set(mask, ((long) picture * height + row) * width + column, 0);
      }
    }
  }

  private static int portion(int side, double ratio) {
    return (int) Math.round(side * ratio);
  }

  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
  }
}
