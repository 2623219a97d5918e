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
        new GaugeMetricFamily(
            MetricNames.ENGINE_FREE_BYTES,
            "Bytes free on the engine's device; NaN on a CPU",
            engine.free().map(free -> (double) free.bytes()).orElse(Double.NaN)),
        new GaugeMetricFamily(
            MetricNames.ENGINE_PLANNED_BYTES,
            "Bytes of intermediate results in the engine's own memory",
            (double) engine.plannedBytes()),
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
