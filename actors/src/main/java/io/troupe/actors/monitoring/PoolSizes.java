package io.troupe.actors.monitoring;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;

/** How many buffers each pool has and has lent, read when scraped. Thread-safe. */
final class PoolSizes extends Collector {
  private final Map<String, PoolSize> pools = new ConcurrentSkipListMap<>();

  private record PoolSize(int size, IntSupplier available) {
    int lent() {
      return size - available.getAsInt();
    }
  }

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
    return List.of(
        gauge(MetricNames.POOL_BUFFERS, "Buffers of a pool", PoolSize::size),
        gauge(MetricNames.POOL_LENT_BUFFERS, "Buffers of a pool that are lent", PoolSize::lent));
  }

  private MetricFamilySamples gauge(String name, String help, ToIntFunction<PoolSize> buffers) {
    GaugeMetricFamily gauge = new GaugeMetricFamily(name, help, List.of("pool"));
    pools.forEach((pool, size) -> gauge.addMetric(List.of(pool), buffers.applyAsInt(size)));
    return gauge;
  }
}
