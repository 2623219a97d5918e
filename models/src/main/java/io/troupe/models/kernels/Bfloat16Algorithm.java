package io.troupe.models.kernels;

/** How convolutions of bfloat16 numbers are computed; what is rounded is the same for all. */
public enum Bfloat16Algorithm {
  /** On any processor: in float32, by the kernels that float32 has. */
  PORTABLE,
  /** By instructions that multiply bfloat16 numbers. */
  NATIVE
}
