package io.troupe.models.graph;

/** A compiled graph over bound arrays. Not thread-safe; different programs may run at once. */
public interface Program extends AutoCloseable {
  /** Reads the bound inputs and writes the bound outputs, states last. */
  void run();

  /** Frees what the program itself allocated; bound arrays stay. */
  @Override
  void close();
}
