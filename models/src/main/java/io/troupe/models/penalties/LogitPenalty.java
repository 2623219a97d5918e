package io.troupe.models.penalties;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.GraphBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A penalty on what the discriminator says of images, computed in its own step, as a part of its
 * loss.
 */
public interface LogitPenalty {
  /** All kinds, in the order in which they are added. */
  static List<LogitPenalty> all() {
    return List.of(new Consistency(), new LeCam());
  }

  /**
   * Logits, each [N, 1].
   *
   * @param movedReal of the real images slightly changed; empty if no penalty wants them
   * @param movedFake the same of generated images
   */
  record Judged(
      SDVariable real,
      SDVariable fake,
      Optional<SDVariable> movedReal,
      Optional<SDVariable> movedFake) {}

  /** Its name in the journal, in snake_case, ending in {@code _penalty}. */
  String name();

  /** Whether the settings want it. */
  boolean isWanted(TrainingSettings settings);

  /** Adds it to a graph, and its inputs, which are scalars: a scalar. */
  SDVariable of(GraphBuilder graph, TrainingSettings settings, Judged logits);

  /**
   * What its inputs are in the next step.
   *
   * @param means of logits before that step
   */
  Map<String, Double> inputs(TrainingSettings settings, LogitMeans means);
}
