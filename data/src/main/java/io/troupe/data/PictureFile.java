package io.troupe.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads picture files. All threads together hold at a time what fits a quarter of the memory. */
final class PictureFile {
  private static final long MOST_BYTES = 1L << 28;

  /** The content, and a copy or two of parts of it. */
  private static final int COPIES = 3;

  private static final MemoryBudget MEMORY = new MemoryBudget(Runtime.getRuntime().maxMemory() / 4);

  private PictureFile() {}

  /**
   * Decodes a file.
   *
   * @param upright whether to turn the picture as the camera noted
   * @throws PictureException if the file is there and is no usable picture
   * @throws IOException if it cannot be read
   * @throws DatasetException if the JVM has too little memory for it alone
   */
  static RgbPicture read(Path file, boolean upright) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new PictureException(
          attributes.isDirectory() ? "a folder, not a picture" : "not a regular file");
    }
    long size = attributes.size();
    if (size > MOST_BYTES) {
      throw new PictureException(
          "%d bytes are too many for a picture, at most %d".formatted(size, MOST_BYTES));
    }
    int taken = MEMORY.take(COPIES * size);
    try {
      return PictureDecoder.decode(Files.readAllBytes(file), upright);
    } catch (OutOfMemoryError e) {
      throw new DatasetException(
          "%s: the picture (%d bytes as a file) takes more memory than there is; the JVM may use %d MiB, TROUPE_JAVA_OPTS=-Xmx... gives it more"
              .formatted(file, size, Runtime.getRuntime().maxMemory() >> 20),
          e);
    } finally {
      MEMORY.giveBack(taken);
    }
  }
}
