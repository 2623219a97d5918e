package io.troupe.models.optimisers;

/** How an average follows one vector. */
interface AverageStep extends AutoCloseable {
  /** One step of the average. */
  void run(double decay);

  @Override
  void close();
}
