package io.troupe.models.kernels;

import java.util.function.Supplier;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** OpenMP's threads, which oneDNN runs on. */
final class OpenMp {
  private OpenMp() {}

  /** How many the calling thread's primitives run on. */
  static int threads() {
    Nd4j.getExecutioner();
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  /**
   * Makes primitives that run on the thread that calls them alone, so that several threads can each
   * run their own. OpenMP's setting is the calling thread's; oneDNN reads it when a primitive is
   * made.
   */
  static <T> T onOneThread(Supplier<T> maker) {
    // Loads the backend, whose OpenMP is oneDNN's too.
    Nd4j.getExecutioner();
    NativeOps openMp = NativeOpsHolder.getInstance().getDeviceNativeOps();
    int threads = openMp.ompGetMaxThreads();
    openMp.setOmpNumThreads(1);
    try {
      return maker.get();
    } finally {
      openMp.setOmpNumThreads(threads);
    }
  }
}
