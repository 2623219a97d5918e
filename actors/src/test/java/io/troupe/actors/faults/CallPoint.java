package io.troupe.actors.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a run can be hit: a system call on a kind of file.
 *
 * @param call as faults.c names it
 * @param pattern of files, as the shell's, in which numbers of steps, processes and the like are
 *     left open
 */
record CallPoint(String call, String pattern) implements Comparable<CallPoint> {
  private static final String FOLDER = "folder itself";

  /** How often each occurs in a run, by the log of one that recorded its calls. */
  static Map<CallPoint, Long> counted(Path log) throws IOException {
    Map<CallPoint, Long> counts = new TreeMap<>();
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("call")) {
        counts.merge(new CallPoint(words[1], pattern(words[2])), 1L, Long::sum);
      }
    }
    return counts;
  }

  static String pattern(String file) {
    return file.replaceAll("step-\\d+", "step-*")
        .replaceAll("\\.\\d+\\.tmp", ".*.tmp")
        .replaceAll("tfevents\\.\\d+", "tfevents.*")
        .replaceAll("[0-9a-f]{16,}", "*")
        .replaceAll("[ \\[\\]?]", "?");
  }

  /** Whether a failure of it need not end a daemon at its start. */
  boolean isBesideTraining() {
    return !Set.of("small files", "settings", "dataset", FOLDER).contains(part(pattern))
        && !Set.of("mkdir", "reading", "read").contains(call);
  }

  /** What the files are to a run, for the table. */
  static String part(String pattern) {
    String[] names = pattern.split("/", -1);
    if (names[0].equals("cache")) {
      return "caches";
    }
    if (names[0].equals("pictures")) {
      return "dataset";
    }
    if (names.length < 2) {
      return FOLDER;
    }
    return switch (names[1]) {
      case "checkpoints" -> names.length > 2 && names[2].equals("best") ? "best" : "checkpoints";
      case "metrics" -> "tables and plots";
      case "samples", "superclass" -> "grids";
      case "tensorboard" -> "TensorBoard";
      case "events.jsonl" -> "journal";
      case "daemon.log" -> "log";
      default -> names[1].startsWith("config.conf") ? "settings" : "small files";
    };
  }

  @Override
  public int compareTo(CallPoint other) {
    return (call + " " + pattern).compareTo(other.call + " " + other.pattern);
  }
}
