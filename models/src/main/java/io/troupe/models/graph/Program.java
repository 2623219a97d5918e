package io.troupe.models.graph;

import java.util.function.Consumer;

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

  /**
   * A program that does something else in its runs; the rest, closing it included, is this one's.
   *
   * @param otherRun takes what a run's pause does
   */
  default Program running(Consumer<Runnable> otherRun) {
    Program program = this;
    return new Program() {
      @Override
      public void run(Runnable pause) {
        otherRun.accept(pause);
      }

      @Override
      public long plannedBytes() {
        return program.plannedBytes();
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  /** Off-heap bytes that the program itself holds, as far as they are planned. */
  long plannedBytes();

  /** Frees what the program itself allocated; bound arrays stay. */
  @Override
  void close();
}
