package io.troupe.actors.history;

import io.troupe.metrics.ScoreName.Direction;
import java.util.List;
import java.util.Optional;

/**
 * Curves of a run over its steps, of as many points as were asked for at most.
 *
 * @param lastStep that the run is at
 * @param imagesPerStep real pictures that a step sees
 * @param rows events {@code step} that the curves are made of
 * @param step of each point
 * @param images real pictures seen until it
 * @param hours in training until it; pauses and the time between daemons do not count
 * @param marks what happened at steps; {@link Marks#MOST} at most
 */
public record Curves(
    long lastStep,
    long imagesPerStep,
    long rows,
    List<Long> step,
    List<Long> images,
    List<Float> hours,
    List<Series> series,
    List<ScoreCurve> scores,
    List<Mark> marks) {
  /**
   * What the steps say under one name.
   *
   * @param group loss, logit, penalty, speed or other: what belongs on one plot
   * @param mean over the events of each point; not finite where they have none
   * @param low the least of them; empty if each point is one event
   * @param high the most of them
   */
  public record Series(
      String name,
      String label,
      String group,
      String unit,
      List<Float> mean,
      Optional<List<Float>> low,
      Optional<List<Float>> high) {}

  /**
   * A score of the evaluated steps.
   *
   * @param direction which values are better; empty if that is not known
   * @param deviation standard deviation of each value over parts or subsets, if it is told
   */
  public record ScoreCurve(
      String name,
      String label,
      Optional<Direction> direction,
      String unit,
      List<Long> step,
      List<Long> images,
      List<Float> hours,
      List<Double> value,
      Optional<List<Double>> deviation,
      Optional<ScoreSpan.At> best) {}
}
