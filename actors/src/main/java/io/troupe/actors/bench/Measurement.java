package io.troupe.actors.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.troupe.models.graph.ProgramCompiler;
import java.util.Arrays;

/**
 * How fast a workload runs.
 *
 * @param precision of the arithmetic
 * @param iterations measured, after some that were not
 * @param medianMs median time of an iteration, in milliseconds
 * @param p95Ms time that 95 % of the iterations do not exceed, in milliseconds
 * @param imagesPerSecond real pictures, at the median
 * @param plannedMb memory of the compiled programs, in millions of bytes
 * @param overheadShare part of the time that is not spent in programs, from 0 to 1; 0 if there are
 *     no programs
 */
@JsonPropertyOrder({"workload", "engine", "precision", "iterations"})
public record Measurement(
    String workload,
    String engine,
    String precision,
    int iterations,
    @JsonProperty("median_ms") double medianMs,
    @JsonProperty("p95_ms") double p95Ms,
    @JsonProperty("images_per_second") double imagesPerSecond,
    @JsonProperty("planned_mb") double plannedMb,
    @JsonProperty("overhead_share") double overheadShare) {

  /**
   * Measures a workload.
   *
   * @param engine names the compiler
   * @param warmUp iterations before those that count
   */
  public static Measurement of(
      String workload, String engine, ProgramCompiler compiler, int warmUp, int iterations) {
    MeteredCompiler metered = new MeteredCompiler(compiler);
    try (Workload work = Workload.of(workload, metered)) {
      for (int i = 0; i < warmUp; i++) {
        work.iterate();
      }
      long computing = -metered.nanoseconds();
      double[] milliseconds = new double[iterations];
      for (int i = 0; i < iterations; i++) {
        long start = System.nanoTime();
        work.iterate();
        milliseconds[i] = (System.nanoTime() - start) * 1e-6;
      }
      computing += metered.nanoseconds();
      double all = Arrays.stream(milliseconds).sum();
      Arrays.sort(milliseconds);
      double median = (milliseconds[(iterations - 1) / 2] + milliseconds[iterations / 2]) / 2;
      return new Measurement(
          workload,
          engine,
          work.precision(),
          iterations,
          median,
          milliseconds[(int) Math.ceil(0.95 * iterations) - 1],
          work.images() / median * 1e3,
          metered.plannedBytes() * 1e-6,
          computing == 0 ? 0 : 1 - computing * 1e-6 / all);
    }
  }
}
