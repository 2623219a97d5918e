package io.troupe.models.memory;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which arrays have a copy in an engine's memory: those that its programs are bound to, and those
 * that such ones were copied to. {@link HostArray} asks here before elements are reached.
 */
public final class EngineCopies {
  private static final Map<Long, Held> COPIES = new ConcurrentHashMap<>();

  /** A copy, and how many hold it. */
  private record Held(INDArray array, EngineCopy copy, int holders) {
    Held with(int others) {
      return new Held(array, copy, holders + others);
    }
  }

  private EngineCopies() {}

  /**
   * The copy of an array's buffer, which stays until it is given back by the handle.
   *
   * @param maker makes it if there is none
   */
  public static Handle hold(INDArray array, Function<INDArray, EngineCopy> maker) {
    long key = HostArray.buffer(array);
    Held held =
        COPIES.compute(
            key,
            (any, known) -> known == null ? new Held(array, maker.apply(array), 1) : known.with(1));
    return new Handle(key, held.copy());
  }

  /** The right to use a copy. */
  public record Handle(long buffer, EngineCopy copy) implements AutoCloseable {
    /** Gives it back; after the last one the host has what was written last, and it is freed. */
    @Override
    public void close() {
      COPIES.computeIfPresent(
          buffer,
          (key, held) -> {
            if (held.copy() != copy || held.holders() > 1) {
              return held.copy() == copy ? held.with(-1) : held;
            }
            if (!held.array().wasClosed()) {
              copy.fetch();
            }
            copy.close();
            return null;
          });
    }
  }

  /** The copy of an array's buffer; null if there is none. */
  static EngineCopy of(INDArray array) {
    if (COPIES.isEmpty()) {
      return null;
    }
    Held held = COPIES.get(HostArray.buffer(array));
    return held == null ? null : held.copy();
  }

  /** The buffer of an array is about to be freed, and a copy with it. */
  static void forget(INDArray array) {
    if (!COPIES.isEmpty() && !array.wasClosed()) {
      Held held = COPIES.remove(HostArray.buffer(array));
      if (held != null) {
        held.copy().close();
      }
    }
  }
}
