package io.troupe.models.kernels;

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

  /** How many threads our kernels compute with in this process. */
  public static int threads() {
    return Parallel.threads();
  }

  /** How many OpenMP, and with it oneDNN, computes with. */
  public static int openMpThreads() {
    return OpenMp.threads();
  }
}
