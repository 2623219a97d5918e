package io.troupe.models.graph;

/** A compiled graph over bound arrays. Not thread-safe; different programs may run at once. */
public interface Program extends AutoCloseable {
  /** Reads the bound inputs and writes the bound outputs, states last. */
  default void run() {
    run(() -> {});
  }

  /**
   * As {@link #run()}, with a pause if one is bound.
   *
   * @param pause runs when the output of {@link Bindings#pause} is written; it writes that input
   */
  void run(Runnable pause);

  /** Off-heap bytes that the program itself holds, as far as they are planned. */
  long plannedBytes();

  /** Frees what the program itself allocated; bound arrays stay. */
  @Override
  void close();
}
