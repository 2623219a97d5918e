package io.troupe.models.graph;

/** In which number format a program computes. */
public enum Precision {
  /** All in float32. */
  FLOAT32,
  /** Mixed, multiplying in float32, which any processor can. */
  MIXED_PORTABLE,
  /** Mixed, multiplying by the processor's instructions for bfloat16. */
  MIXED_NATIVE;

  /** Whether convolutions and matrix products read bfloat16. */
  public boolean isMixed() {
    return this != FLOAT32;
  }
}
