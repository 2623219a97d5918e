package io.troupe.actors.cli;

import java.util.List;

/** Names of runs for a plot's legend, which takes its place from the plot. */
final class RunLabels {
  private static final int LONGEST = 32;

  private RunLabels() {}

  /**
   * Names without the folders that all begin with, and only the ends of long ones.
   *
   * @param names as they were typed, all different
   * @return as many, all different
   */
  static List<String> of(List<String> names) {
    int common = common(names);
    List<String> labels =
        names.stream().map(name -> end(name.substring(common))).distinct().toList();
    return labels.size() == names.size() ? labels : names;
  }

  /** How many characters the folders have that all begin with. */
  private static int common(List<String> names) {
    String first = names.get(0);
    int common = 0;
    int next = first.indexOf('/') + 1;
    while (next > common && isCommon(names, first.substring(0, next))) {
      common = next;
      next = first.indexOf('/', common) + 1;
    }
    return common;
  }

  private static boolean isCommon(List<String> names, String folders) {
    return names.stream()
        .allMatch(name -> name.startsWith(folders) && name.length() > folders.length());
  }

  private static String end(String name) {
    return name.length() <= LONGEST ? name : "…" + name.substring(name.length() - LONGEST + 1);
  }
}
