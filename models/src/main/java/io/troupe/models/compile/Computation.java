package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;

/** What an operation computes, and how. */
interface Computation {
  /** Its name in profiles and in decisions about memory, e.g. {@code conv2d}. */
  String kind();

  /** A kernel on the operation's present arrays. */
  Kernel kernel(Operation operation);
}
