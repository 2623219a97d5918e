package io.troupe.actors.collapse;

import io.troupe.models.training.StepResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One sign of a collapse, looked for in what a run shows, step by step. */
interface CollapseSign {
  /**
   * What an evaluation found.
   *
   * @param scores by their names
   * @param diversity of each class, in the order of classes
   */
  record Evaluated(Map<String, Double> scores, List<Double> diversity) {}

  /** Its name in events and metrics. */
  String label();

  /** The next step. */
  default void hear(StepResult result) {}

  /** The next evaluation. */
  default void hear(Evaluated found) {}

  /** In words what is seen at present; empty if that is no sign of a collapse. */
  Optional<String> seen();

  /** The run has gone back: what was seen in a row is no more, what was best still is. */
  void wentBack();
}
