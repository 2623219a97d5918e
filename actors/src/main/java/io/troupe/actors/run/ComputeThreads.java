package io.troupe.actors.run;

import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.models.kernels.NativeBackend;
import java.util.List;
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
   * @throws SettingsException if it began with another number
   */
  public static void require(RunSettings settings) {
    int wanted = settings.compute().threads();
    if (wanted == 0) {
      return;
    }
    int ours = NativeBackend.threads();
    int openMp = NativeBackend.isOfProcessor() ? NativeBackend.openMpThreads() : ours;
    if (wanted != ours || wanted != openMp) {
      throw new SettingsException(
          List.of(
              "compute.threads is %d, and this process computes with %s, for which it is too late to change; begin it with %s=%d in its environment, as 'troupe start' does by itself, or set compute.threads=0"
                  .formatted(
                      wanted,
                      ours == openMp ? ours : "%d, and OpenMP with %d".formatted(ours, openMp),
                      VARIABLE,
                      wanted)));
    }
  }
}
