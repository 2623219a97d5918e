package io.troupe.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds to JMH's results what compiled programs hold, and how long they run in an iteration. */
public final class Programs implements InternalProfiler {
  /** Of the workload that is open; null if it has no programs. */
  static volatile MeteredCompiler metered;

  private long before;

  @Override
  public String getDescription() {
    return "Memory of compiled programs, and the time inside of them";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = metered == null ? 0 : metered.nanoseconds();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    MeteredCompiler compiler = metered;
    if (compiler == null) {
      return List.of();
    }
    double milliseconds = (compiler.nanoseconds() - before) * 1e-6;
    return List.of(
        new ScalarResult(
            "programs",
            milliseconds / result.getMetadata().getAllOps(),
            "ms/op",
            AggregationPolicy.AVG),
        new ScalarResult("planned", compiler.plannedBytes() * 1e-6, "MB", AggregationPolicy.AVG));
  }
}
