package io.troupe.metrics.cifar;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;

/**
 * The usual augmentation of small images: mirrored or not, and moved by up to four pixels up or
 * down and to either side; what comes in is 0, the middle of [-1, 1].
 *
 * @param seed together with step and index it determines the draw
 * @param side height and width of the images, in pixels
 */
record CropAndFlip(long seed, int side) {
  private static final int MARGIN = 4;
  private static final int COLOURS = 3;

  /**
   * Augments one image and scales it to [-1, 1].
   *
   * @param hwc 8-bit RGB, {@code side * side * 3} bytes
   * @param step the step that it is for
   * @param index its place in the step, from 0
   * @param target receives it
   * @param offset where in the target it starts
   */
  void apply(byte[] hwc, long step, int index, float[] target, int offset) {
    CounterRandom random = new CounterRandom(seed, Stream.AUGMENTATION, step, index);
    boolean mirrored = random.nextBoolean();
    int down = random.nextInt(2 * MARGIN + 1) - MARGIN;
    int right = random.nextInt(2 * MARGIN + 1) - MARGIN;
    int at = offset;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int fromY = y - down;
        int fromX = mirrored ? side - 1 - (x - right) : x - right;
        boolean inside = fromY >= 0 && fromY < side && fromX >= 0 && fromX < side;
        int from = (fromY * side + fromX) * COLOURS;
        for (int colour = 0; colour < COLOURS; colour++) {
          target[at++] = inside ? (hwc[from + colour] & 0xFF) / 127.5f - 1 : 0;
        }
      }
    }
  }
}
