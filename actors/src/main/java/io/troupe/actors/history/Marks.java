package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.RunEvent;
import java.util.ArrayList;
import java.util.List;

/** The newest marks of a run; checkpoints give way to what is rarer. */
final class Marks {
  static final int MOST = 500;

  private static final String CHECKPOINT = RunEvent.CHECKPOINT.label();
  private static final int LONGEST_TEXT = 300;

  private final List<Mark> marks = new ArrayList<>();

  void hear(JournalEntry entry) {
    entry.kind().ifPresent(kind -> hear(kind, entry));
  }

  private void hear(RunEvent kind, JournalEntry entry) {
    switch (kind) {
      case CHECKPOINT -> add(entry.step("of_step"), kind, "");
      case ROLLBACK -> {
        long to = entry.step("to_step");
        takeBack(to);
        add(to, kind, "from step %d: %s".formatted(entry.step(), entry.text("reason")));
      }
      case RESUMED -> {
        takeBack(entry.step());
        add(entry.step(), kind, "");
      }
      case STARTED -> takeBack(entry.step());
      case SETTINGS -> {
        long from = entry.step("from_step");
        add(
            from >= 0 ? from : entry.step(),
            kind,
            "%s: %s -> %s".formatted(entry.text("key"), entry.text("from"), entry.text("to")));
      }
      case FAILED -> add(entry.step(), kind, entry.text("reason"));
      default -> {
        // Not marked.
      }
    }
  }

  private void add(long step, RunEvent kind, String text) {
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
    marks.add(
        new Mark(step, kind.label(), line.substring(0, Math.min(LONGEST_TEXT, line.length()))));
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
