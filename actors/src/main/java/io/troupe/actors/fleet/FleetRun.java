package io.troupe.actors.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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
 * @param progress what its process last told
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
    String message,
    Progress progress) {

  /**
   * How far a run is.
   *
   * @param step that it is at; 0 before its process tells
   * @param scores the newest of the score that stands for it, at {@code scoreStep}
   * @param note why it does not go on, where that needs saying
   */
  public record Progress(
      long step, long steps, OptionalLong scoreStep, Map<String, Double> scores, String note) {
    static final Progress NONE = new Progress(0, 0, OptionalLong.empty(), Map.of(), "");
  }

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
    return changed(priority, next, node, epoch, restarts, why, progress);
  }

  /** Back in the queue, in its old place. */
  FleetRun queued(String why) {
    return changed(priority, Phase.QUEUED, Optional.empty(), epoch, restarts, why, progress);
  }

  FleetRun placed(String where) {
    return changed(priority, Phase.PLACED, Optional.of(where), epoch + 1, restarts, "", progress);
  }

  FleetRun crashed() {
    return changed(priority, phase, node, epoch, restarts + 1, message, progress);
  }

  FleetRun withPriority(int value) {
    return changed(value, phase, node, epoch, restarts, message, progress);
  }

  FleetRun withProgress(Progress newest) {
    return changed(priority, phase, node, epoch, restarts, message, newest);
  }

  private FleetRun changed(
      int first,
      Phase next,
      Optional<String> where,
      long since,
      int again,
      String why,
      Progress newest) {
    return new FleetRun(
        name, preset, settings, sweep, first, order, next, where, since, again, why, newest);
  }
}
