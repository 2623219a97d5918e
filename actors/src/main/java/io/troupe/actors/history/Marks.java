package io.troupe.actors.history;

import java.util.ArrayList;
import java.util.List;

/** The newest marks of a run; checkpoints give way to what is rarer. */
final class Marks {
  static final int MOST = 500;

  private static final String CHECKPOINT = "checkpoint";
  private static final int LONGEST_TEXT = 300;

  private final List<Mark> marks = new ArrayList<>();

  void hear(JournalEntry entry) {
    switch (entry.event()) {
      case CHECKPOINT -> add(entry.step("of_step"), CHECKPOINT, "");
      case "rollback" -> {
        long to = entry.step("to_step");
        takeBack(to);
        add(to, "rollback", "from step %d: %s".formatted(entry.step(), entry.text("reason")));
      }
      case "resumed" -> {
        takeBack(entry.step());
        add(entry.step(), "resumed", "");
      }
      case "started" -> takeBack(entry.step());
      case "settings" -> {
        long from = entry.step("from_step");
        add(
            from >= 0 ? from : entry.step(),
            "settings",
            "%s: %s -> %s".formatted(entry.text("key"), entry.text("from"), entry.text("to")));
      }
      case "failed" -> add(entry.step(), "failed", entry.text("reason"));
      default -> {
        // Not marked.
      }
    }
  }

  private void add(long step, String kind, String text) {
    if (step < 0) {
      return;
    }
    if (marks.size() == MOST) {
      int first = 0;
      while (first < MOST && !marks.get(first).kind().equals(CHECKPOINT)) {
        first++;
      }
      marks.remove(first == MOST ? 0 : first);
    }
    String line = text.lines().findFirst().orElse("");
    marks.add(new Mark(step, kind, line.substring(0, Math.min(LONGEST_TEXT, line.length()))));
  }

  /** Checkpoints of steps that were taken back are no more; the rest did happen. */
  private void takeBack(long lastStep) {
    marks.removeIf(mark -> mark.kind().equals(CHECKPOINT) && mark.step() > lastStep);
  }

  List<Mark> list() {
    return List.copyOf(marks);
  }

  void clear() {
    marks.clear();
  }
}
