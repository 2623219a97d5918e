package io.troupe.models.kernels;

/**
 * What {@link WarpKernel} does along one axis of a picture, as matrices, for engines that multiply.
 * Fine lines have zeros beside them, one line before and two behind, which stand for all that is
 * beyond.
 */
public final class WarpLines {
  private static final int BEFORE = 1;
  private static final int BEHIND = 2;

  private final WarpAxis axis;

  /** For an axis of so many lines. */
  public WarpLines(int lines) {
    axis = new WarpAxis(lines);
  }

  /** Fine lines, zeros among them. */
  public int fine() {
    return BEFORE + axis.fine + BEHIND;
  }

  /** Lines where the fine ones are sampled. */
  public int sampled() {
    return axis.sampled;
  }

  /** How fine lines are made of lines, [fine, lines], the last axis fastest. */
  public float[] doubling() {
    float[] matrix = new float[fine() * axis.lines];
    for (int line = 0; line < axis.fine; line++) {
      for (int tap = 0; tap < WarpAxis.TAPS; tap++) {
        int from = WarpAxis.firstLine(line) + tap;
        if (from >= 0 && from < axis.continued) {
          matrix[(BEFORE + line) * axis.lines + axis.source[from]] +=
              (float) WarpAxis.finely(line)[tap];
        }
      }
    }
    return matrix;
  }

  /** How lines of the result are made of sampled ones, [lines, sampled], the last axis fastest. */
  public float[] halving() {
    float[] matrix = new float[axis.lines * axis.sampled];
    for (int line = 0; line < axis.sampled; line++) {
      for (int to = axis.firstReader(line); to <= axis.lastReader(line); to++) {
        matrix[to * axis.sampled + line] = (float) WarpAxis.tap(line - 1 - 2 * to);
      }
    }
    return matrix;
  }

  /** How far a sampled line is from the picture's centre, in lines of the picture. */
  public double fromCentre(int sampledLine) {
    return axis.fromCentre(sampledLine);
  }

  /** Where the picture's centre is on the fine lines, from 0; each line of the picture is two. */
  public double centre() {
    return BEFORE + axis.place(0);
  }
}
