package io.troupe.models.training;

/**
 * The arithmetic of {@link StepOutputs.Mean}: gradients and next states of a micro-batch, the part,
 * become those of the network. Owns what it needs beside the vectors.
 */
interface MeanVectors extends AutoCloseable {
  /** The network's gradients are to be those of the next micro-batches alone. */
  void clear();

  /** Adds a share of the part's gradients to the network's. */
  void add(double share);

  /** The part gets the network's states; none are added up yet. */
  void loadStates();

  /** Adds the part's states to those before. */
  void addStates();

  /**
   * The network's states become the mean; in double precision that of equal numbers is that number.
   *
   * @param count how many were added
   */
  void storeStates(int count);

  @Override
  void close();
}
