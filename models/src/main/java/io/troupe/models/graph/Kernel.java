package io.troupe.models.graph;

/** How one operation of a compiled graph runs, on arrays that were fixed when it was made. */
interface Kernel extends AutoCloseable {
  /** Reads the operation's inputs and writes its outputs. */
  void run();

  /** What the kernel computes, e.g. {@code conv2d}. */
  String kind();

  /** Frees what the kernel itself holds; its arrays stay. */
  @Override
  void close();
}
