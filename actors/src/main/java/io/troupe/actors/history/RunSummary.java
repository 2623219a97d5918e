package io.troupe.actors.history;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a run is, in a row of a list.
 *
 * @param run its id among the runs of a catalogue
 * @param name what people call it; its folder's name if they do not say
 * @param path its folder
 * @param preset that it started from; empty if config.conf does not say
 * @param stateText the state in a sentence: of a failed run the cause
 * @param alive whether a daemon holds it
 * @param step that it is at
 * @param steps to run in all; 0 if config.conf does not say
 * @param imagesPerSecond real pictures, by the newest event that says so
 * @param secondsPerStep over the last steps, with all that happened between them
 * @param elapsedSeconds in training, all its daemons together; pauses do not count
 * @param remainingSeconds until its last step; only of one that is running
 * @param score that stands for it: that of checkpoints.best, or the first there is
 * @param troubles helpers that fail at present
 * @param collapses what is seen at present of a collapse of training, in words
 * @param evaluationShare how far a running evaluation is, from 0 to 1; only the daemon says that
 * @param failure why it failed
 * @param journalRead whether its whole journal has been read; if not, score, elapsedSeconds and
 *     startedAt are not known yet
 * @param daemonUrl where its living daemon answers
 * @param pid of its living daemon
 */
public record RunSummary(
    String run,
    String name,
    String path,
    Optional<String> preset,
    String notes,
    List<String> tags,
    State state,
    String stateText,
    boolean alive,
    long step,
    long steps,
    OptionalDouble imagesPerSecond,
    OptionalDouble secondsPerStep,
    double elapsedSeconds,
    OptionalDouble remainingSeconds,
    Optional<Instant> finishesAt,
    Optional<ScoreSpan> score,
    Optional<Grid> grid,
    Optional<Instant> startedAt,
    Optional<Instant> updatedAt,
    List<HelperTrouble> troubles,
    List<String> collapses,
    OptionalDouble evaluationShare,
    Optional<String> failure,
    boolean journalRead,
    Optional<String> daemonUrl,
    OptionalLong pid) {

  /** The states of a run, whether it has a daemon or not. */
  public enum State {
    /** A daemon prepares data and networks. */
    STARTING,
    RUNNING,
    PAUSED,
    /** The last state is being written. */
    STOPPING,
    /** All steps are done. */
    FINISHED,
    /** Ended by a stop. */
    STOPPED,
    /** Ended by an error. */
    FAILED,
    /** The daemon is away and has not said why. */
    GONE,
    /** Nothing has happened yet. */
    EMPTY;

    /** As JSON has it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The newest sample grid.
   *
   * @param file its name in samples/
   */
  public record Grid(long step, String file) {}
}
