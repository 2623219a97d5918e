package io.troupe.actors.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A curve of Braille characters, each of which has two by four dots. */
final class BraillePlot {
  private static final int DOTS_ACROSS = 2;
  private static final int DOTS_DOWN = 4;
  private static final int BLANK = 0x2800;

  /** The bits of a character's dots, by column and row. */
  private static final int[][] BITS = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

  private final int columns;
  private final int rows;
  private final int[][] cells;

  private BraillePlot(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
    cells = new int[rows][columns];
    for (int[] row : cells) {
      Arrays.fill(row, BLANK);
    }
  }

  /**
   * The lines of a curve, from its least value in the lowest row to its greatest in the highest; a
   * value that is not finite is a gap.
   *
   * @param x rising, as many as there are values
   */
  static List<String> lines(double[] x, double[] y, int columns, int rows) {
    BraillePlot plot = new BraillePlot(columns, rows);
    double low = Arrays.stream(y).filter(Double::isFinite).min().orElse(0);
    double high = Arrays.stream(y).filter(Double::isFinite).max().orElse(0);
    boolean joined = false;
    int fromAcross = 0;
    int fromDown = 0;
    for (int i = 0; i < x.length; i++) {
      if (!Double.isFinite(y[i])) {
        joined = false;
        continue;
      }
      int across = place(x[i], x[0], x[x.length - 1], columns * DOTS_ACROSS);
      int down = rows * DOTS_DOWN - 1 - place(y[i], low, high, rows * DOTS_DOWN);
      if (joined) {
        plot.line(fromAcross, fromDown, across, down);
      } else {
        plot.dot(across, down);
      }
      joined = true;
      fromAcross = across;
      fromDown = down;
    }
    return plot.text();
  }

  /** The dot of a value among those of a range; the middle one if the range is a point. */
  private static int place(double value, double low, double high, int dots) {
    return high > low
        ? (int) Math.round((value - low) / (high - low) * (dots - 1))
        : (dots - 1) / 2;
  }

  private void line(int fromAcross, int fromDown, int toAcross, int toDown) {
    int steps = Math.max(1, Math.max(Math.abs(toAcross - fromAcross), Math.abs(toDown - fromDown)));
    for (int i = 0; i <= steps; i++) {
      double share = (double) i / steps;
      dot(
          (int) Math.round(fromAcross + share * (toAcross - fromAcross)),
          (int) Math.round(fromDown + share * (toDown - fromDown)));
    }
  }

  private void dot(int across, int down) {
    cells[down / DOTS_DOWN][across / DOTS_ACROSS] |= BITS[across % DOTS_ACROSS][down % DOTS_DOWN];
  }

  private List<String> text() {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      lines.add(new String(cells[row], 0, columns));
    }
    return lines;
  }
}
