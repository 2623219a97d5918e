package io.troupe.models.kernels;

/** How one operation runs, on memory that was fixed when the kernel was made. Not thread-safe. */
public interface Kernel extends AutoCloseable {
  /** Reads the operation's inputs and writes its outputs. */
  void run();

  /** What the kernel computes, e.g. {@code conv2d}. */
  String kind();

  /** Frees what the kernel itself holds; the memory it works on stays. */
  @Override
  void close();
}
