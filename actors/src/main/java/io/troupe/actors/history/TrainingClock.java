package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * How long a run has been training, all its daemons together, by its events: the time from each
 * event to the next while a daemon lives and is not paused. A daemon that was killed lived until
 * its last event of training.
 */
final class TrainingClock {
  /** What a daemon may say before its training goes on: these do not show that it goes on. */
  private static final Set<RunEvent> OF_STARTS =
      Set.of(
          RunEvent.SETTINGS,
          RunEvent.CHOSEN,
          RunEvent.BRANCHED,
          RunEvent.CHECKPOINT_REJECTED,
          RunEvent.DATASET,
          RunEvent.COMMAND,
          RunEvent.DEGRADED,
          RunEvent.RECOVERED,
          RunEvent.LINES_LEFT_OUT,
          RunEvent.JOURNAL_GAP);

  private double seconds;
  private Optional<Instant> since = Optional.empty();
  private boolean goingBack;
  private Optional<Long> process = Optional.empty();

  /** Seconds until the last event. */
  double seconds() {
    return seconds;
  }

  /** Hears of the next event. */
  void hear(JournalEntry entry) {
    if (entry.time().isEmpty()) {
      return;
    }
    Instant now = entry.time().get();
    entry.kind().ifPresentOrElse(kind -> hear(kind, entry, now), () -> advance(now));
  }

  private void hear(RunEvent kind, JournalEntry entry, Instant now) {
    switch (kind) {
      case STARTED, RESUMED -> {
        Optional<Long> of =
            Optional.of(entry.step("pid")).filter(pid -> pid >= 0); // Absent in older journals.
        boolean sameLife = goingBack && (of.isEmpty() || of.equals(process));
        if (sameLife) {
          advance(now);
        }
        process = of;
        goingBack = false;
        since = Optional.of(now);
      }
      case CONTINUED -> since = Optional.of(now);
      case PAUSED, STOPPED, FAILED -> {
        advance(now);
        since = Optional.empty();
        goingBack = false;
      }
      case ROLLBACK -> {
        advance(now);
        goingBack = true;
      }
      default -> {
        if (!OF_STARTS.contains(kind)) {
          advance(now);
        }
      }
    }
  }

  private void advance(Instant now) {
    if (since.isPresent()) {
      // Clocks are set back at times.
      seconds += Math.max(0, Duration.between(since.get(), now).toMillis() / 1000.0);
      since = Optional.of(now);
    }
  }
}
