package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;

/** Where a program pauses: its result, a bound array, is written by others meanwhile. */
record PauseFunction() implements Computation {
  @Override
  public String kind() {
    return "pause";
  }

  @Override
  public Kernel kernel(Operation operation) {
    return new Kernel() {
      @Override
      public void run() {}

      @Override
      public String kind() {
        return PauseFunction.this.kind();
      }

      @Override
      public void close() {}
    };
  }
}
