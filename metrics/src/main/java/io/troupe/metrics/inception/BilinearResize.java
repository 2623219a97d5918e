package io.troupe.metrics.inception;

import java.nio.FloatBuffer;

/**
 * Resizes images to the network's input as TensorFlow 1 does it in float: bilinear, the source of
 * pixel i is i * in / out, corners not aligned. Levels 0 to 255 become (x - 128) / 128.
 */
final class BilinearResize {
  private static final int COLOURS = 3;
  private static final int SIZE = Network.SIZE;
  private static final int LINE = SIZE * COLOURS;

  private final int height;
  private final int width;
  private final int[] left = new int[SIZE];
  private final int[] right = new int[SIZE];
  private final float[] share = new float[SIZE];
  private final float[] line = new float[LINE];

  /** Two source rows, resized in width, and which they are. */
  private final float[][] rows = new float[2][LINE];

  private final int[] held = new int[2];

  /** For images of one size. */
  BilinearResize(int height, int width) {
    this.height = height;
    this.width = width;
    float scale = (float) width / SIZE;
    for (int x = 0; x < SIZE; x++) {
      float source = x * scale;
      left[x] = (int) source;
      right[x] = Math.min(left[x] + 1, width - 1);
      share[x] = source - left[x];
    }
  }

  boolean isFor(int otherHeight, int otherWidth) {
    return height == otherHeight && width == otherWidth;
  }

  /**
   * Resizes one image.
   *
   * @param levels RGB, row after row
   * @param offset of the image
   * @param target gets 299 x 299 x 3 numbers from {@code position} on
   */
  void resize(byte[] levels, int offset, FloatBuffer target, int position) {
    held[0] = -1;
    held[1] = -1;
    float scale = (float) height / SIZE;
    for (int y = 0; y < SIZE; y++) {
      float source = y * scale;
      int top = (int) source;
      int bottom = Math.min(top + 1, height - 1);
      float[] upper = row(levels, offset, top, bottom);
      float[] lower = row(levels, offset, bottom, top);
      blend(upper, lower, source - top, line);
      target.put(position + y * LINE, line);
    }
  }

  private static void blend(float[] upper, float[] lower, float share, float[] result) {
    for (int i = 0; i < result.length; i++) {
      result[i] = (upper[i] + (lower[i] - upper[i]) * share - 128) * (1 / 128f);
    }
  }

  /** A source row resized in width; the row {@code kept} keeps its place if it is held. */
  private float[] row(byte[] levels, int offset, int y, int kept) {
    if (held[0] == y) {
      return rows[0];
    }
    if (held[1] == y) {
      return rows[1];
    }
    int free = held[0] == kept ? 1 : 0;
    held[free] = y;
    float[] row = rows[free];
    int start = offset + y * width * COLOURS;
    for (int x = 0; x < SIZE; x++) {
      for (int colour = 0; colour < COLOURS; colour++) {
        float a = levels[start + left[x] * COLOURS + colour] & 0xFF;
        float b = levels[start + right[x] * COLOURS + colour] & 0xFF;
        row[x * COLOURS + colour] = a + (b - a) * share[x];
      }
    }
    return row;
  }
}
