package io.troupe.models.graph;

import java.util.Optional;

/** What an engine's own memory holds, and what crosses between it and the host's. */
public interface EngineMemory {
  /** Of engines that compute in the host's memory. */
  EngineMemory NONE =
      new EngineMemory() {
        @Override
        public long crossedBytes() {
          return 0;
        }

        @Override
        public long keptBytes() {
          return 0;
        }

        @Override
        public long plannedBytes() {
          return 0;
        }

        @Override
        public Optional<Free> free() {
          return Optional.empty();
        }
      };

  /**
   * Memory of a device that can still be taken.
   *
   * @param place which device, e.g. {@code cuda:0}
   */
  record Free(String place, long bytes) {}

  /** Bytes that were copied between the two so far. */
  long crossedBytes();

  /** Bytes of arrays that are kept there now. */
  long keptBytes();

  /** Bytes there in which programs keep their intermediate results, as far as they are planned. */
  long plannedBytes();

  /** What is free there; empty if it is the host's memory too. */
  Optional<Free> free();
}
