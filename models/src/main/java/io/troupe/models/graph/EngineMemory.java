package io.troupe.models.graph;

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
      };

  /** Bytes that were copied between the two so far. */
  long crossedBytes();

  /** Bytes of arrays that are kept there now. */
  long keptBytes();
}
