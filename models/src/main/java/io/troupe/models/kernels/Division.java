package io.troupe.models.kernels;

/** Divides memory into parts that follow each other. */
final class Division {
  private final FloatMemory whole;
  private long taken;

  Division(FloatMemory whole) {
    this.whole = whole;
  }

  /** The next part. */
  FloatMemory next(long length) {
    FloatMemory part = new FloatMemory(whole.address() + taken * Float.BYTES, length);
    taken += length;
    return part;
  }

  /** All that has not been taken. */
  FloatMemory rest() {
    return new FloatMemory(whole.address() + taken * Float.BYTES, whole.length() - taken);
  }
}
