package io.troupe.actors.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A table of texts, as wide as its contents; where there is no room, long texts are cut. */
final class TextColumns {
  private static final String GAP = "  ";
  private static final int NARROWEST = 8;

  private final List<List<String>> rows = new ArrayList<>();
  private final Set<Integer> right;

  /**
   * A table with its heads.
   *
   * @param right the columns that are aligned at their right, from 0
   */
  TextColumns(Set<Integer> right, List<String> heads) {
    this.right = Set.copyOf(right);
    add(heads);
  }

  /** Adds a row of as many texts as there are heads. */
  void add(List<String> row) {
    if (!rows.isEmpty() && row.size() != rows.get(0).size()) {
      throw new IllegalArgumentException(
          "a row of %d texts below %d heads".formatted(row.size(), rows.get(0).size()));
    }
    rows.add(row.stream().map(Figures::plain).toList());
  }

  /**
   * The lines. If they would be too wide, the widest column gives way; those that are aligned at
   * their right hold numbers and stay.
   */
  List<String> lines(int width) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    int surplus = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1) - width;
    while (surplus > 0) {
      int widest =
          IntStream.range(0, widths.length)
              .filter(column -> !right.contains(column))
              .reduce((a, b) -> widths[b] > widths[a] ? b : a)
              .orElse(0);
      if (widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
      surplus--;
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String text = Figures.cut(row.get(i), widths[i]);
      String space = String.join("", Collections.nCopies(widths[i] - length(text), " "));
      cells.add(right.contains(i) ? space + text : text + space);
    }
    return String.join(GAP, cells).stripTrailing();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
