package io.troupe.actors.history;

import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.RunEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** How a run is, by what its journal said last. */
final class LifeFacts {
  /** What the last words of a journal are. */
  enum Phase {
    /** No daemon has trained yet. */
    NONE,
    /** The training loop is being made again after a rollback. */
    STARTING,
    RUNNING,
    PAUSED,
    /** A stop was asked for. */
    STOPPING,
    STOPPED,
    FAILED
  }

  /** Steps that the speed is the mean of. */
  private static final int RECENT = 20;

  private static final int MOST_HELPERS = 32;
  private static final int LONGEST_TEXT = 2000;

  private record StepAt(long step, double seconds) {}

  private Phase phase;
  private long step;
  private Optional<Instant> first = Optional.empty();
  private Optional<Instant> last = Optional.empty();
  private String failure = "";
  private long gridStep = -1;
  private double imagesPerSecond = Double.NaN;
  private final Map<String, HelperTrouble> troubles = new TreeMap<>();
  private final Map<String, String> collapses = new TreeMap<>();
  private final Map<String, Long> kinds = new TreeMap<>();
  private final Deque<StepAt> recent = new ArrayDeque<>();

  /**
   * Of a run of which nothing has been heard.
   *
   * @param phase that it is in before the first event
   */
  LifeFacts(Phase phase) {
    this.phase = phase;
  }

  /**
   * Hears of the next event.
   *
   * @param seconds in training until it
   */
  void hear(JournalEntry entry, double seconds) {
    String event = entry.event();
    if (kinds.containsKey(event) || kinds.size() < JournalFacts.MOST_KINDS) {
      kinds.merge(event, 1L, Long::sum);
    }
    if (first.isEmpty()) {
      first = entry.time();
    }
    last = entry.time().or(() -> last);
    // A grid may fail before there is a step.
    if (entry.step() >= 0 && !event.equals(RunEvent.GRID_FAILED.label())) {
      step = entry.step();
    }
    entry.kind().ifPresent(kind -> hear(kind, entry, seconds));
  }

  private void hear(RunEvent kind, JournalEntry entry, double seconds) {
    switch (kind) {
      case STEP -> onStep(entry, seconds);
      case STARTED, RESUMED -> {
        if (phase != Phase.STARTING) {
          troubles.clear();
        }
        phase = Phase.RUNNING;
        failure = "";
        recent.clear();
        collapses.clear();
      }
      case CONTINUED -> {
        phase = Phase.RUNNING;
        recent.clear();
      }
      case PAUSED -> phase = Phase.PAUSED;
      case ROLLBACK -> {
        phase = Phase.STARTING;
        step = Math.max(0, entry.step("to_step"));
        recent.clear();
        collapses.clear();
      }
      case STOPPED -> phase = Phase.STOPPED;
      case FAILED -> {
        phase = Phase.FAILED;
        failure = shortened(entry.text("reason"));
      }
      case COMMAND -> onCommand(entry);
      case GRID -> gridStep = entry.step("of_step");
      case DEGRADED -> onDegraded(entry);
      case COLLAPSE -> onCollapse(entry);
      case COLLAPSE_OVER -> collapses.remove(entry.text("sign"));
      case RECOVERED -> troubles.remove(entry.text("helper"));
      default -> {
        // Tells nothing about how the run is.
      }
    }
  }

  private void onCommand(JournalEntry entry) {
    boolean training = phase == Phase.RUNNING || phase == Phase.PAUSED || phase == Phase.STARTING;
    if (training && entry.text("command").equals("stop")) {
      phase = Phase.STOPPING;
    }
  }

  private void onStep(JournalEntry entry, double seconds) {
    for (int i = 0; i < entry.numbers(); i++) {
      if (entry.name(i).equals("images_per_second")) {
        imagesPerSecond = entry.value(i);
      }
    }
    recent.addLast(new StepAt(entry.step(), seconds));
    if (recent.size() > RECENT) {
      recent.removeFirst();
    }
  }

  private void onDegraded(JournalEntry entry) {
    if (troubles.size() < MOST_HELPERS) {
      String helper = shortened(entry.text("helper"));
      troubles.put(
          helper, new HelperTrouble(helper, entry.time(), 1, shortened(entry.text("cause"))));
    }
  }

  private void onCollapse(JournalEntry entry) {
    if (collapses.size() < MOST_HELPERS) {
      collapses.put(shortened(entry.text("sign")), shortened(entry.text("reason")));
    }
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(LONGEST_TEXT, text.length()));
  }

  Phase phase() {
    return phase;
  }

  long step() {
    return step;
  }

  Optional<Instant> first() {
    return first;
  }

  Optional<Instant> last() {
    return last;
  }

  String failure() {
    return failure;
  }

  /** The step of the newest grid; -1 if there is none. */
  long gridStep() {
    return gridStep;
  }

  OptionalDouble imagesPerSecond() {
    return Double.isNaN(imagesPerSecond)
        ? OptionalDouble.empty()
        : OptionalDouble.of(imagesPerSecond);
  }

  /** Over the last steps, with all that happened between them. */
  OptionalDouble secondsPerStep() {
    if (recent.size() < 2) {
      return OptionalDouble.empty();
    }
    long steps = recent.getLast().step() - recent.getFirst().step();
    double seconds = recent.getLast().seconds() - recent.getFirst().seconds();
    return steps > 0 && seconds > 0 ? OptionalDouble.of(seconds / steps) : OptionalDouble.empty();
  }

  List<HelperTrouble> troubles() {
    return List.copyOf(troubles.values());
  }

  /** What is seen at present of a collapse of training, in words. */
  List<String> collapses() {
    return List.copyOf(collapses.values());
  }

  Map<String, Long> kinds() {
    return new TreeMap<>(kinds);
  }
}
