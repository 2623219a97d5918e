package io.troupe.config;

import java.util.List;

/** What settings know of a metric. */
public interface MetricChoice {
  /** Its name in {@code evaluation.metrics}, in kebab-case, e.g. {@code intra-fid}. */
  String name();

  /**
   * The scores that it computes by their names in {@code checkpoints.best}, in kebab-case, e.g.
   * {@code precision} and {@code recall}.
   */
  List<String> rankings();
}
