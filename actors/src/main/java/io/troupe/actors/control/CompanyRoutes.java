package io.troupe.actors.control;

import io.javalin.http.Context;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.CollectorRegistry;
import io.troupe.actors.http.Json;
import io.troupe.actors.monitoring.MetricNames;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Who works in a daemon, who holds what, what training waited for and the memory of the process: a
 * view of the run's metrics.
 */
final class CompanyRoutes {
  /** Restarts of workers are counted for all of them. */
  private static final String WORKER = "augment-worker";

  private final CollectorRegistry registry;

  CompanyRoutes(CollectorRegistry registry) {
    this.registry = registry;
  }

  /** Answers with all of it. */
  void company(Context ctx) {
    Samples samples = new Samples();
    for (MetricFamilySamples family : Collections.list(registry.metricFamilySamples())) {
      family.samples.forEach(samples::add);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("actors", actors(samples));
    json.put("leases", leases(samples));
    json.put("waits", waits(samples));
    json.put("memory", memory(samples));
    ctx.header("Cache-Control", "no-store")
        .result(Json.render(json))
        .contentType("application/json");
  }

  /**
   * The run's samples by name and by the value of their label, which is empty if they have none.
   */
  private static final class Samples {
    private final Map<String, Map<String, Double>> byName = new TreeMap<>();

    void add(Sample sample) {
      if (sample.labelValues.size() <= 1) {
        byName
            .computeIfAbsent(sample.name, name -> new TreeMap<>())
            .put(sample.labelValues.isEmpty() ? "" : sample.labelValues.get(0), sample.value);
      }
    }

    Map<String, Double> labelled(String name) {
      return byName.getOrDefault(name, Map.of());
    }

    OptionalDouble value(String name, String label) {
      Double value = labelled(name).get(label);
      return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
  }

  private static List<Map<String, Object>> actors(Samples samples) {
    List<Map<String, Object>> actors = new ArrayList<>();
    samples
        .labelled(MetricNames.MAILBOX_SIZE)
        .forEach(
            (name, size) -> {
              String helper = name.equals("run-journal") ? "journal" : name;
              Map<String, Object> actor = new LinkedHashMap<>();
              actor.put("name", name);
              actor.put("mailbox", size.longValue());
              actor.put(
                  "messages",
                  whole(
                      samples
                          .value(MetricNames.total(MetricNames.ACTOR_MESSAGES), name)
                          .orElse(0)));
              actor.put(
                  "restarts",
                  whole(
                      samples
                          .value(
                              MetricNames.total(MetricNames.ACTOR_RESTARTS),
                              name.startsWith(WORKER) ? WORKER : helper)
                          .orElse(0)));
              actor.put("failing", samples.value(MetricNames.HELPER_FAILING, helper).orElse(0) > 0);
              actors.add(actor);
            });
    return actors;
  }

  private static List<Map<String, Object>> leases(Samples samples) {
    List<Map<String, Object>> leases = new ArrayList<>();
    samples
        .labelled(MetricNames.POOL_BUFFERS)
        .forEach(
            (pool, size) -> {
              Map<String, Object> lease = new LinkedHashMap<>();
              lease.put("pool", pool);
              lease.put(
                  "lent", whole(samples.value(MetricNames.POOL_LENT_BUFFERS, pool).orElse(0)));
              lease.put("size", size.longValue());
              leases.add(lease);
            });
    return leases;
  }

  /** Of this daemon, in seconds. */
  private static Map<String, Object> waits(Samples samples) {
    Map<String, Object> waits = new LinkedHashMap<>();
    waits.put("data_seconds", samples.value(MetricNames.total(MetricNames.DATA_WAIT_SECONDS), ""));
    waits.put(
        "lease_seconds", samples.value(MetricNames.total(MetricNames.LEASE_WAIT_SECONDS), ""));
    waits.put("step_seconds", samples.value(MetricNames.sum(MetricNames.STEP_SECONDS), ""));
    return waits;
  }

  private static Map<String, Object> memory(Samples samples) {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("heap_bytes", heap.getUsed());
    memory.put("heap_limit_bytes", heap.getMax());
    memory.put("offheap_bytes", whole(samples.value(MetricNames.OFFHEAP_BYTES, "")));
    memory.put("offheap_limit_bytes", limit(samples.value(MetricNames.OFFHEAP_LIMIT_BYTES, "")));
    memory.put("resident_bytes", whole(samples.value("process_resident_memory_bytes", "")));
    return memory;
  }

  /** A limit of 0 is none. */
  private static Long limit(OptionalDouble value) {
    return value.isPresent() && value.getAsDouble() > 0 ? whole(value) : null;
  }

  private static Long whole(OptionalDouble value) {
    return value.isPresent() ? whole(value.getAsDouble()) : null;
  }

  private static long whole(double value) {
    return (long) value;
  }
}
