package io.troupe.models.augmentation;

import io.troupe.config.random.CounterRandom;
import org.nd4j.linalg.api.buffer.DataType;

/** What {@link MirrorAndShift} draws for one batch; at first it changes nothing. */
final class MirrorAndShiftDraws extends AugmentationDraws {
  private final int batch;
  private final int height;
  private final int width;

  MirrorAndShiftDraws(MirrorAndShift kind, DataType type, long... shape) {
    super(type, kind.inputs(shape));
    batch = Math.toIntExact(shape[0]);
    height = Math.toIntExact(shape[1]);
    width = Math.toIntExact(shape[2]);
    for (int picture = 0; picture < batch; picture++) {
      pick(MirrorAndShift.ROWS, picture, height, 0, false);
      pick(MirrorAndShift.COLUMNS, picture, width, 0, false);
    }
  }

  @Override
  public void draw(CounterRandom random, double probability) {
    fill(MirrorAndShift.ROWS, 0);
    fill(MirrorAndShift.COLUMNS, 0);
    for (int picture = 0; picture < batch; picture++) {
      boolean mirrored = random.nextBoolean();
      pick(MirrorAndShift.ROWS, picture, height, shift(random, height), false);
      pick(MirrorAndShift.COLUMNS, picture, width, shift(random, width), mirrored);
    }
  }

  private static int shift(CounterRandom random, int side) {
    int most = (side + 4) / 8;
    return random.nextInt(2 * most + 1) - most;
  }

  /** Fills a picture's matrix, which must be zero. */
  private void pick(String matrices, int picture, int side, int by, boolean mirrored) {
    for (int to = 0; to < side; to++) {
      int line = Math.abs(to - by);
      int reflected = line < side ? line : 2 * (side - 1) - line;
      int from = mirrored ? side - 1 - reflected : reflected;
      set(matrices, ((long) picture * side + to) * side + from, 1);
    }
  }
}
