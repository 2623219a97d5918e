package io.troupe.models.graph;

import java.lang.ref.Reference;
import org.nd4j.linalg.api.ops.OpContext;

/** Contexts of ND4J's operations, which point to native memory. */
public final class NativeContext {
  private NativeContext() {}

  /**
   * Empties a context that is used no more: all that it holds but its own small structure, which
   * has no close and which ND4J frees once the context is garbage. That may be while native code
   * still works on it, since nothing refers to a context whose last method was called. So it is
   * held until then.
   */
  public static void release(OpContext context) {
    try {
      context.purge();
    } finally {
      Reference.reachabilityFence(context);
    }
  }
}
