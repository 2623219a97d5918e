package io.troupe.models.kernels;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/**
 * Between channels-last bfloat16 pictures and those of half the height and width: the sum of every
 * 2x2 square, or the repetition of every pixel in such a square, times a factor.
 */
public final class SquareKernel implements Kernel {
  private final Shape shape;
  private final boolean sums;
  private final float factor;
  private final IntBuffer from;
  private final IntBuffer to;
  private final ByteBuffer bytes;
  private final Parallel loop;
  private final ThreadLocal<float[][]> rows;

  /**
   * The smaller pictures.
   *
   * @param channels even
   */
  public record Shape(int pictures, int height, int width, int channels) {
    int row() {
      return width * channels;
    }
  }

  /**
   * A kernel on given memory.
   *
   * @param sums whether the smaller pictures are made of the larger ones
   * @throws IllegalArgumentException if the number of channels is odd
   */
  public SquareKernel(
      Shape shape, boolean sums, float factor, Bfloat16Memory from, Bfloat16Memory to) {
    if (shape.channels % 2 != 0) {
      throw new IllegalArgumentException("odd number of channels, " + shape.channels);
    }
    this.shape = shape;
    this.sums = sums;
    this.factor = factor;
    this.from = Bfloat16Transfer.pairs(from);
    this.to = Bfloat16Transfer.pairs(to);
    bytes = to.bytes();
    int wide = 2 * shape.row();
    rows = ThreadLocal.withInitial(() -> new float[][] {new float[wide], new float[wide]});
    loop = new Parallel(shape.pictures, this::picture);
  }

  @Override
  public void run() {
    loop.run();
  }

  private void picture(int picture) {
    Bfloat16Transfer transfer = Bfloat16Transfer.forArraysOf(2 * shape.row());
    float[][] row = rows.get();
    for (int y = picture * shape.height; y < (picture + 1) * shape.height; y++) {
      if (sums) {
        sum(transfer, y, row[0], row[1]);
      } else {
        repeat(transfer, y, row[0], row[1]);
      }
    }
  }

  /** Row y of the smaller pictures, all pictures' rows counted. */
  private void sum(Bfloat16Transfer transfer, int y, float[] upper, float[] lower) {
    int wide = 2 * shape.row();
    transfer.load(from, 2 * y * wide, upper, wide);
    transfer.load(from, (2 * y + 1) * wide, lower, wide);
    Pieces.add(upper, lower, upper, wide);
    // The halves of even and of odd channels alike: left pixels to the lower row, right ones down.
    int pixel = shape.channels / 2;
    for (int x = 0; x < 2 * shape.width; x++) {
      System.arraycopy(upper, (2 * x) * pixel, lower, x * pixel, pixel);
      System.arraycopy(upper, (2 * x + 1) * pixel, upper, x * pixel, pixel);
    }
    Pieces.add(upper, lower, upper, shape.row());
    Pieces.scale(upper, factor, upper, shape.row());
    transfer.store(upper, to, y * shape.row(), shape.row());
  }

  private void repeat(Bfloat16Transfer transfer, int y, float[] small, float[] wide) {
    transfer.load(from, y * shape.row(), small, shape.row());
    Pieces.scale(small, factor, small, shape.row());
    int pixel = shape.channels / 2;
    for (int x = 0; x < 2 * shape.width; x++) {
      System.arraycopy(small, x * pixel, wide, 2 * x * pixel, pixel);
      System.arraycopy(small, x * pixel, wide, (2 * x + 1) * pixel, pixel);
    }
    int length = 2 * shape.row();
    transfer.store(wide, to, 2 * y * length, length);
    int line = length * Short.BYTES;
    bytes.put((2 * y + 1) * line, bytes, 2 * y * line, line);
  }

  @Override
  public String kind() {
    return sums ? "squares_sum" : "squares_repeat";
  }

  @Override
  public void close() {
    rows.remove();
  }
}
