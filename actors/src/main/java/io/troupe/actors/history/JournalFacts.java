package io.troupe.actors.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a journal tells of its run, without the curves.
 *
 * @param step of the last event
 * @param seconds in training, all daemons together
 * @param gridStep of the newest grid; -1 if there is none
 * @param collapses what is seen at present of a collapse of training, in words
 * @param scores the newest and the best value of each score
 * @param kinds how many events there are of each kind
 * @param unreadable lines that are no events
 * @param whole whether the whole journal was read, and not its end alone
 */
record JournalFacts(
    LifeFacts.Phase phase,
    long step,
    double seconds,
    Optional<Instant> firstAt,
    Optional<Instant> lastAt,
    String failure,
    long gridStep,
    OptionalDouble imagesPerSecond,
    OptionalDouble secondsPerStep,
    List<HelperTrouble> troubles,
    List<String> collapses,
    Map<String, ScoreSpan> scores,
    Map<String, Long> kinds,
    long unreadable,
    boolean whole) {
  /** Kinds of events that are counted; more than there are. */
  static final int MOST_KINDS = 200;

  /** Of a run that has no journal. */
  static final JournalFacts NONE =
      new JournalFacts(
          LifeFacts.Phase.NONE,
          0,
          0,
          Optional.empty(),
          Optional.empty(),
          "",
          -1,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          List.of(),
          List.of(),
          Map.of(),
          Map.of(),
          0,
          true);

  /** These, without what only the whole journal tells. */
  JournalFacts ofEnd() {
    return new JournalFacts(
        phase,
        step,
        0,
        Optional.empty(),
        lastAt,
        failure,
        gridStep,
        imagesPerSecond,
        secondsPerStep,
        troubles,
        collapses,
        Map.of(),
        Map.of(),
        0,
        false);
  }
}
