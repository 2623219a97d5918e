package io.troupe.actors.monitoring;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;

/** How many buffers each pool has and has lent, read when scraped. Thread-safe. */
final class PoolSizes extends Collector {
  private final Map<String, PoolSize> pools = new ConcurrentSkipListMap<>();

  private record PoolSize(int size, IntSupplier available) {}

  /**
   * A pool, instead of an earlier one of that name.
   *
   * @param available tells how many buffers are not lent
   */
  void put(String name, int size, IntSupplier available) {
    pools.put(name, new PoolSize(size, available));
  }

  @Override
  public List<MetricFamilySamples> collect() {
    GaugeMetricFamily all =
        new GaugeMetricFamily(MetricNames.POOL_BUFFERS, "Buffers of a pool", List.of("pool"));
    GaugeMetricFamily lent =
        new GaugeMetricFamily(
            MetricNames.POOL_LENT_BUFFERS, "Buffers of a pool that are lent", List.of("pool"));
    pools.forEach(
        (name, pool) -> {
          all.addMetric(List.of(name), pool.size());
          lent.addMetric(List.of(name), pool.size() - pool.available().getAsInt());
        });
    return List.of(all, lent);
  }
}
