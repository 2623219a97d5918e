package io.troupe.actors.fleet;

import java.util.List;
import java.util.Optional;

/**
 * A run as its fleet knows it.
 *
 * @param name of its folder below runs/
 * @param settings that change the preset's, each KEY=VALUE
 * @param sweep that it belongs to
 * @param priority runs of a higher one leave the queue first
 * @param order the place among all that were ever submitted; the queue's order within a priority
 * @param node where it is placed, HOST:PORT
 * @param epoch how often it was placed; only the process of the newest epoch may hold the run
 * @param restarts how often its process crashed
 * @param message why it is as it is, where that needs saying
 */
public record FleetRun(
    String name,
    String preset,
    List<String> settings,
    Optional<String> sweep,
    int priority,
    long order,
    Phase phase,
    Optional<String> node,
    long epoch,
    int restarts,
    String message) {

  /** What the fleet does with a run. */
  public enum Phase {
    /** It waits for a slot. */
    QUEUED,
    /** It has a slot. */
    PLACED,
    /** It has a slot until its process has ended; somebody stopped it. */
    STOPPING,
    /** As STOPPING; others of its sweep are better. */
    DROPPING,
    /** All steps are done. */
    FINISHED,
    /** Somebody stopped it. */
    STOPPED,
    /** Others of its sweep were better. */
    DROPPED,
    /** It ended by an error. */
    FAILED;

    boolean hasSlot() {
      return this == PLACED || this == STOPPING || this == DROPPING;
    }

    boolean isOver() {
      return !hasSlot() && this != QUEUED;
    }
  }

  FleetRun in(Phase next, String why) {
    return at(next, node, epoch, why);
  }

  /** Back in the queue, in its old place. */
  FleetRun queued(String why) {
    return at(Phase.QUEUED, Optional.empty(), epoch, why);
  }

  FleetRun placed(String where) {
    return at(Phase.PLACED, Optional.of(where), epoch + 1, "");
  }

  private FleetRun at(Phase next, Optional<String> where, long since, String why) {
    return new FleetRun(
        name, preset, settings, sweep, priority, order, next, where, since, restarts, why);
  }

  FleetRun crashed() {
    return new FleetRun(
        name, preset, settings, sweep, priority, order, phase, node, epoch, restarts + 1, message);
  }

  FleetRun withPriority(int value) {
    return new FleetRun(
        name, preset, settings, sweep, value, order, phase, node, epoch, restarts, message);
  }
}
