package io.troupe.models.penalties;

/** The micro-batches of a step, on which a penalty is computed one after the other. */
public interface MicroBatches {
  /** How many there are, at least 1. */
  int count();

  /** Fills the arrays that the penalty's context gave with a micro-batch, from 0. */
  void load(int index);

  /**
   * Takes the gradients that the penalty's programs have just written.
   *
   * @param share of them in the step's: those of all micro-batches make 1
   */
  void add(double share);
}
