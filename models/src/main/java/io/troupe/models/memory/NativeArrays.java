package io.troupe.models.memory;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.util.Map;
import org.nd4j.linalg.api.memory.deallocation.DeallocatorService;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arrays of this process outside of the Java heap, which no counter of the JVM's or JavaCPP's
 * sees. ND4J has none either, so they are looked up where it keeps what it frees after garbage
 * collection.
 */
public final class NativeArrays {
  private static final Map<?, ?> BUFFERS = buffers();

  private NativeArrays() {}

  private static Map<?, ?> buffers() {
    try {
      Field references = DeallocatorService.class.getDeclaredField("referenceMap");
      references.setAccessible(true);
      return (Map<?, ?>) references.get(Nd4j.getDeallocatorService());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("ND4J's arrays are not where its M2.1 has them", e);
    }
  }

  /** Bytes of the arrays that are not closed. */
  public static long bytes() {
    long bytes = 0;
    for (Object reference : BUFFERS.values()) {
      bytes += reference instanceof Reference<?> to ? HostArray.openBytes(to.get()) : 0;
    }
    return bytes;
  }
}
