package io.troupe.metrics;

import java.util.Arrays;

/**
 * A mean over parts or subsets, and how much those differ.
 *
 * @param deviation standard deviation, divided by their number (ddof 0)
 */
public record Estimate(double mean, double deviation) {

  static Estimate of(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return new Estimate(mean, Math.sqrt(squares / values.length));
  }
}
