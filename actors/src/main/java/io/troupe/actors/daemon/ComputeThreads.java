package io.troupe.actors.daemon;

import io.troupe.config.RunSettings;
import org.nd4j.linalg.factory.Nd4j;

/** How many threads this process computes with. */
public final class ComputeThreads {
  private ComputeThreads() {}

  /** Uses the threads of the settings from now on. */
  public static void set(RunSettings.Compute settings) {
    if (settings.threads() > 0) {
      Nd4j.getEnvironment().setMaxThreads(settings.threads());
      Nd4j.getEnvironment().setMaxMasterThreads(settings.threads());
    }
  }
}
