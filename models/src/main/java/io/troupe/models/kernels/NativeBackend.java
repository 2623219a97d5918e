package io.troupe.models.kernels;

import io.troupe.config.RunSettings;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J's native library in this process. */
public final class NativeBackend {
  private NativeBackend() {}

  /** Its name, e.g. {@code CpuBackend}. */
  public static String name() {
    return Nd4j.getBackend().getClass().getSimpleName();
  }

  /** Whether it computes on the processor, where our own kernels do too. */
  public static boolean isOfProcessor() {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
  }

  /** Computes with the threads of the settings from now on. */
  public static void useThreads(RunSettings.Compute settings) {
    if (settings.threads() > 0) {
      Nd4j.getEnvironment().setMaxThreads(settings.threads());
      Nd4j.getEnvironment().setMaxMasterThreads(settings.threads());
    }
  }
}
