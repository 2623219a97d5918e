package io.troupe.models.kernels;

/** Memory of which pieces are read to arrays of floats, and written. */
interface PieceMemory {
  /**
   * Reads a piece.
   *
   * @param offset of its first number
   */
  void load(int offset, float[] array, int count);

  /** Writes a piece. */
  void store(float[] array, int offset, int count);
}
