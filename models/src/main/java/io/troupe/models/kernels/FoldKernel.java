package io.troupe.models.kernels;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Weights of a convolution whose results are averaged over every 2x2 square. Without the average it
 * is one of 3x3 and stride 1; with it, one of 4x4 and stride 2, whose weights are the means of the
 * four copies of the 3x3 ones that are shifted by nothing, a row, a column, and both.
 */
public final class FoldKernel implements Kernel {
  private static final int SMALL = 3;
  private static final int LARGE = 4;
  private static final int COPIES = 4;
  private static final int PIECE = 1024;

  private final boolean folds;
  private final int length;
  private final FloatBuffer from;
  private final FloatBuffer to;
  private final Parallel loop;
  private final ThreadLocal<float[][]> pieces = ThreadLocal.withInitial(() -> new float[2][PIECE]);

  private FoldKernel(boolean folds, FloatMemory from, FloatMemory to) {
    this.folds = folds;
    int taps = side(!folds) * side(!folds);
    length = Math.toIntExact(from.length() / taps);
    this.from = from.buffer();
    this.to = to.buffer();
    loop = new Parallel(side(folds) * side(folds), this::tap);
  }

  /**
   * Makes 4x4 weights of 3x3 ones.
   *
   * @param from [3, 3, in, out]
   * @param to [4, 4, in, out]
   */
  public static FoldKernel of(FloatMemory from, FloatMemory to) {
    return new FoldKernel(true, from, to);
  }

  /** Makes the gradient of 3x3 weights of that of 4x4 ones. */
  public static FoldKernel gradient(FloatMemory from, FloatMemory to) {
    return new FoldKernel(false, from, to);
  }

  private static int side(boolean large) {
    return large ? LARGE : SMALL;
  }

  /** Adds up what one of the result's weights is made of. */
  private void tap(int tap) {
    int row = tap / side(folds);
    int column = tap % side(folds);
    float[] sum = pieces.get()[0];
    float[] piece = pieces.get()[1];
    for (int start = 0; start < length; start += PIECE) {
      int count = Math.min(PIECE, length - start);
      Arrays.fill(sum, 0);
      for (int copy = 0; copy < COPIES; copy++) {
        int shift = folds ? -1 : 1;
        int y = row + shift * (copy / 2);
        int x = column + shift * (copy % 2);
        int side = side(!folds);
        if (y >= 0 && y < side && x >= 0 && x < side) {
          from.get((y * side + x) * length + start, piece, 0, count);
          Pieces.add(sum, piece, sum, count);
        }
      }
      Pieces.scale(sum, 1f / COPIES, sum, count);
      to.put(tap * length + start, sum, 0, count);
    }
  }

  @Override
  public void run() {
    loop.run();
  }

  @Override
  public String kind() {
    return folds ? "fold" : "fold_gradient";
  }

  @Override
  public void close() {
    pieces.remove();
  }
}
