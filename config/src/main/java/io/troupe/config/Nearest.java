package io.troupe.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the names that a mistyped one was probably meant to be. */
public final class Nearest {
  private static final int SHORTEST_PREFIX = 3;
  private static final int MOST_EDITS = 2;

  private Nearest() {}

  /**
   * The candidates closest to {@code wanted} by edit distance, all of them on a tie; none if even
   * the closest is more than a typing error away. Two neighbours that changed places count as one
   * edit, as does a name that is the start of another, and camelCase and snake_case count as
   * kebab-case.
   */
  public static List<String> of(String wanted, Collection<String> candidates) {
    String name = kebab(wanted);
    int limit = Math.max(1, Math.min(MOST_EDITS, name.length() / 3));
    int best = candidates.stream().mapToInt(c -> distance(name, c)).min().orElse(limit + 1);
    return best > limit
        ? List.of()
        : candidates.stream().filter(c -> distance(name, c) == best).toList();
  }

  /** A camelCase or snake_case name as kebab-case. */
  static String kebab(String name) {
    return name.replaceAll("(?<=[a-z0-9])([A-Z])", "-$1")
        .replace('_', '-')
        .toLowerCase(Locale.ROOT);
  }

  private static int distance(String a, String b) {
    boolean continues =
        Math.min(a.length(), b.length()) >= SHORTEST_PREFIX && (a.startsWith(b) || b.startsWith(a));
    int edits = edits(a, b);
    return continues ? Math.min(1, edits) : edits;
  }

  /** Letters that are wrong, missing, too many, or have changed places with the next one. */
  private static int edits(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
        least = Math.min(least, edits[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        edits[i][j] = swapped ? Math.min(least, edits[i - 2][j - 2] + 1) : least;
      }
    }
    return edits[a.length()][b.length()];
  }
}
