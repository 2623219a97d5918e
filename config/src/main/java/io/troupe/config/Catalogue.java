package io.troupe.config;

import java.util.List;

/**
 * The parts of one module, or of a jar that somebody adds, which settings choose by name. Found by
 * {@link java.util.ServiceLoader}: a file {@code META-INF/services/io.troupe.config.Catalogue}
 * names the class. {@link Parts} has those of all catalogues.
 */
public interface Catalogue {
  /** Values of {@code evaluation.metrics}, and of {@code checkpoints.best}, in this order. */
  default List<? extends MetricChoice> metrics() {
    return List.of();
  }

  /** Values of {@code dataset.kind}, in this order. */
  default List<? extends DatasetChoice> datasets() {
    return List.of();
  }

  /** Values of {@code network.kind}, in this order. */
  default List<? extends NetworkChoice> networks() {
    return List.of();
  }

  /** Values of {@code training.loss}, in this order. */
  default List<? extends LossChoice> losses() {
    return List.of();
  }

  /** Penalties of the discriminator, in the order in which they are computed. */
  default List<? extends PenaltyChoice> penalties() {
    return List.of();
  }

  /** What runs the graphs of networks. */
  default List<? extends EngineChoice> engines() {
    return List.of();
  }
}
