package io.troupe.models.kernels;

/** What multiplies bfloat16 numbers. None says how fast: on some processors AVX-512 does slowly. */
public enum Bfloat16Support {
  /** Nothing: numbers must be multiplied as floats. */
  NONE,
  /** The vector instructions of AVX512-BF16. */
  AVX512,
  /** The matrix instructions of AMX-BF16. */
  AMX
}
