package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the events {@code step} of a run say, by rising steps: a row an event, a column a number's
 * name. Of more than {@link #MOST_ROWS} every second row is let go, and from then on every second
 * event, as often as need be.
 */
final class StepTable {
  /** About 50 MB with the columns that a run has. */
  static final int MOST_ROWS = 1 << 20;

  private static final int MOST_COLUMNS = 24;
  private static final int FIRST_ROWS = 256;

  private final int mostRows;
  private final Map<String, float[]> columns = new LinkedHashMap<>();
  private int[] steps = new int[FIRST_ROWS];
  private double[] seconds = new double[FIRST_ROWS];
  private int rows;
  private int stride = 1;
  private int leftOut;

  StepTable(int mostRows) {
    this.mostRows = mostRows;
  }

  int rows() {
    return rows;
  }

  int step(int row) {
    return steps[row];
  }

  /** Seconds in training until the row's event. */
  double seconds(int row) {
    return seconds[row];
  }

  /** The columns' names, in the order in which they first came. */
  Set<String> names() {
    return columns.keySet();
  }

  /** A column; NaN where an event has no such number. Only the first {@link #rows} count. */
  float[] column(String name) {
    return columns.get(name);
  }

  /** Adds a row; the rows of its step and later ones are taken back. */
  void add(JournalEntry entry, double atSeconds) {
    if (entry.step() < 0 || entry.step() > Integer.MAX_VALUE) {
      return;
    }
    takeBack(entry.step() - 1);
    if (leftOut + 1 < stride) {
      leftOut++;
      return;
    }
    leftOut = 0;
    if (rows == mostRows) {
      leftOut = stride;
      thin();
      return;
    }
    if (rows == steps.length) {
      grow();
    }
    steps[rows] = (int) entry.step();
    seconds[rows] = atSeconds;
    for (float[] column : columns.values()) {
      column[rows] = Float.NaN;
    }
    for (int i = 0; i < entry.numbers(); i++) {
      float[] column = columns.get(entry.name(i));
      if (column == null && columns.size() < MOST_COLUMNS) {
        column = new float[steps.length];
        Arrays.fill(column, 0, rows, Float.NaN);
        columns.put(entry.name(i), column);
      }
      if (column != null) {
        column[rows] = (float) entry.value(i);
      }
    }
    rows++;
  }

  private void grow() {
    int length = 2 * steps.length;
    steps = Arrays.copyOf(steps, length);
    seconds = Arrays.copyOf(seconds, length);
    columns.replaceAll((name, column) -> Arrays.copyOf(column, length));
  }

  private void thin() {
    rows /= 2;
    stride *= 2;
    for (int row = 0; row < rows; row++) {
      steps[row] = steps[2 * row + 1];
      seconds[row] = seconds[2 * row + 1];
      for (float[] column : columns.values()) {
        column[row] = column[2 * row + 1];
      }
    }
  }

  /** Takes the rows of later steps back. */
  void takeBack(long lastStep) {
    rows = firstAfter(lastStep);
  }

  /** The first row of a later step; {@link #rows} if there is none. */
  int firstAfter(long step) {
    if (rows == 0 || steps[rows - 1] <= step) {
      return rows;
    }
    if (step >= Integer.MAX_VALUE) {
      return rows;
    }
    int found = Arrays.binarySearch(steps, 0, rows, (int) Math.max(-1, step));
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Bytes that it holds. */
  long bytes() {
    return steps.length * (12L + 4L * columns.size());
  }

  void clear() {
    columns.clear();
    steps = new int[FIRST_ROWS];
    seconds = new double[FIRST_ROWS];
    rows = 0;
    stride = 1;
    leftOut = 0;
  }
}
