package io.troupe.actors.run;

import io.troupe.config.RunSettings;
import io.troupe.models.kernels.NativeBackend;
import java.util.Map;

/** How many threads a process computes with, which its environment says before it begins. */
public final class ComputeThreads {
  private static final String VARIABLE = "OMP_NUM_THREADS";

  private ComputeThreads() {}

  /** Variables, beside this process's own, for one that trains with settings. */
  public static Map<String, String> environment(RunSettings settings) {
    int wanted = settings.compute().threads();
    return wanted > 0 ? Map.of(VARIABLE, Integer.toString(wanted)) : Map.of();
  }

  /**
   * Makes sure that this process computes with as many as settings say.
   *
   * @throws RunException if it began with another number
   */
  public static void require(RunSettings settings) throws RunException {
    int wanted = settings.compute().threads();
    if (wanted > 0 && wanted != NativeBackend.threads()) {
      throw new RunException(
          "compute.threads is %d, and this process computes with %d, for which it is too late to change; begin it with %s=%d in its environment, as 'troupe start' does by itself, or set compute.threads=0"
              .formatted(wanted, NativeBackend.threads(), VARIABLE, wanted));
    }
  }
}
