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

  /** How many threads our kernels, and OpenMP's, compute with in this process. */
  public static int threads() {
    return Parallel.threads();
  }

  /** How many threads the library uses by itself. */
  private static final class Usual {
    private static final int THREADS = Nd4j.getEnvironment().maxThreads();
    private static final int MASTER_THREADS = Nd4j.getEnvironment().maxMasterThreads();
  }

  /**
   * Computes with the threads of the settings from now on; if they leave that open, with as many as
   * the library uses by itself.
   */
  public static void useThreads(RunSettings.Compute settings) {
    int usual = Usual.THREADS;
    int usualMaster = Usual.MASTER_THREADS;
    int wanted = settings.threads();
    Nd4j.getEnvironment().setMaxThreads(wanted > 0 ? wanted : usual);
    Nd4j.getEnvironment().setMaxMasterThreads(wanted > 0 ? wanted : usualMaster);
  }
}
