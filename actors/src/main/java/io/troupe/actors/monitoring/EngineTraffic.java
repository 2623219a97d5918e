package io.troupe.actors.monitoring;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.troupe.models.graph.EngineMemory;
import java.util.List;

/** What an engine keeps in memory of its own and what crossed, read when scraped. */
final class EngineTraffic extends Collector {
  private volatile EngineMemory engine = EngineMemory.NONE;

  /** From now on it is of this one. */
  void of(EngineMemory memory) {
    engine = memory;
  }

  @Override
  public List<MetricFamilySamples> collect() {
    return List.of(
        new CounterMetricFamily(
            MetricNames.ENGINE_CROSSED_BYTES,
            "Bytes between the host's memory and the engine's own",
            (double) engine.crossedBytes()),
        new GaugeMetricFamily(
            MetricNames.ENGINE_KEPT_BYTES,
            "Bytes of arrays in the engine's own memory",
            (double) engine.keptBytes()));
  }
}
