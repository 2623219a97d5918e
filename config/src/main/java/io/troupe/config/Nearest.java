package io.troupe.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Finds the names that a mistyped one was probably meant to be. */
final class Nearest {
  private static final int SHORTEST_PREFIX = 3;
  private static final int MOST_EDITS = 2;

  private Nearest() {}

  /**
   * The candidates closest to {@code wanted} by edit distance, all of them on a tie; none if even
   * the closest is more than a typing error away. A name that is the start of another counts as one
   * edit, and camelCase and snake_case count as kebab-case.
   */
  static List<String> of(String wanted, Collection<String> candidates) {
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
    int edits = levenshtein(a, b);
    return continues ? Math.min(1, edits) : edits;
  }

  private static int levenshtein(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
