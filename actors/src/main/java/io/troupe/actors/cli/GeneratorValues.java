package io.troupe.actors.cli;

import io.troupe.actors.checkpoint.StoredNetwork;
import picocli.CommandLine.Option;

/** Which values of a generator; one of the options at most. */
final class GeneratorValues {
  @Option(names = "--ema", description = "The generator's moving average. Default for a generator.")
  private boolean average;

  @Option(names = "--raw", description = "The values that are trained.")
  private boolean trained;

  /** Whether the moving average is asked for by name. */
  boolean average() {
    return average;
  }

  /** The generator with these values. */
  StoredNetwork network() {
    return trained ? StoredNetwork.GENERATOR : StoredNetwork.GENERATOR_AVERAGE;
  }
}
