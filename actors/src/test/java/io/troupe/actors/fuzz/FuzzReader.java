package io.troupe.actors.fuzz;

import java.nio.file.Path;

/** Reads bytes as the program does when they come from outside. */
@FunctionalInterface
interface FuzzReader {
  /**
   * Reads them to their end.
   *
   * @param folder of the reader's own, for files; it stays from one input to the next
   * @throws Exception a refusal, if they are not what is read
   */
  void read(Path folder, byte[] bytes) throws Exception;
}
