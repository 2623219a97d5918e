package io.troupe.actors.checkpoint;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.JournalTail;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** What a run's journal says of the end of the run. */
final class JournalledEnd {
  private final long step;
  private boolean ended;
  private boolean drawn;
  private boolean scored;
  private OptionalLong missed = OptionalLong.empty();

  private JournalledEnd(long step) {
    this.step = step;
  }

  /**
   * Whether by a journal a run has come to an end that lacks nothing.
   *
   * @param step the one that it is at
   * @param withGrid whether a grid of that step belongs to it
   * @param withScores whether scores of that step do
   * @param hasCheckpoint which steps have a checkpoint: such a one that was the best, but could not
   *     be kept, is still to be kept
   */
  static boolean isComplete(
      Path events, long step, boolean withGrid, boolean withScores, LongPredicate hasCheckpoint)
      throws IOException {
    JournalledEnd end = new JournalledEnd(step);
    read(events, end::hear);
    return end.ended
        && (end.drawn || !withGrid)
        && (end.scored || !withScores)
        && end.missed.stream().noneMatch(hasCheckpoint);
  }

  /** The highest step that a journal speaks of; 0 if there is none. */
  static long lastStep(Path events) throws IOException {
    long[] last = {0};
    read(events, entry -> last[0] = Math.max(last[0], entry.step()));
    return last[0];
  }

  private void hear(JournalEntry entry) {
    switch (entry.kind().orElse(RunEvent.STEP)) {
      case STARTED, RESUMED -> goesOnFrom(entry.step());
      case ROLLBACK -> goesOnFrom(entry.step("to_step"));
      case STOPPED -> ended = entry.step() >= step;
      case BEST -> missed = OptionalLong.empty();
      case BEST_MISSED -> missed = OptionalLong.of(entry.step("of_step"));
      case GRID -> drawn |= entry.step("of_step") == step;
      case EVALUATION_FINISHED -> scored |= entry.step("of_step") == step;
      default -> {}
    }
  }

  /** What there is of the step holds until it is computed once more. */
  private void goesOnFrom(long earlier) {
    ended = false;
    // The daemon that goes on tries it once more, and says so if it fails too.
    missed = OptionalLong.empty();
    drawn &= earlier >= step;
    scored &= earlier >= step;
  }

  /** Every line of a journal, if there is one. */
  static void read(Path events, Consumer<JournalEntry> listener) throws IOException {
    if (Files.exists(events)) {
      JournalEntry entry = new JournalEntry();
      new JournalTail(events)
          .read(
              (bytes, offset, length) -> {
                if (entry.read(bytes, offset, length)) {
                  listener.accept(entry);
                }
              });
    }
  }
}
