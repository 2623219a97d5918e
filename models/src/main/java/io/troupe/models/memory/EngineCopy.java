package io.troupe.models.memory;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The copy of an array's whole buffer that an engine keeps in memory of its own. Of the two copies
 * at least one holds what was written last. One thread at a time uses an array and its copy.
 */
public interface EngineCopy extends AutoCloseable {
  /** Whether it holds what was written last; perhaps the host's copy does too. */
  boolean isCurrent();

  /** Brings the host's copy up to date. */
  void fetch();

  /** From now on the host's copy counts; what was written here last is lost. */
  void supersede();

  /** A copy of another array, of the same type, by the same engine; the host's counts. */
  EngineCopy of(INDArray other);

  /** Whether the other copy is by the same engine. */
  boolean isBeside(EngineCopy other);

  /**
   * Copies elements to another copy by the same engine; this one is current.
   *
   * @param from the first element here
   * @param to the first element there
   */
  void copyTo(EngineCopy other, long from, long to, long count);

  @Override
  void close();
}
