package io.troupe.models.kernels;

import org.bytedeco.javacpp.Pointer;

/** A pointer to memory that others own, which counts in bytes. */
final class Address extends Pointer {
  Address(long address) {
    this.address = address;
  }

  /** JavaCPP takes a class that it does not know for one of 8 bytes. */
  @Override
  public int sizeof() {
    return 1;
  }
}
