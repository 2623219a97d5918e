package io.troupe.data;

import java.io.IOException;

/** Reads image files. All threads together never use more than a quarter of the memory for it. */
final class ImageFile {
  private static final long MOST_BYTES = 1L << 28;

  /** The content, and a copy or two of parts of it. */
  private static final int COPIES = 3;

  private static final MemoryBudget MEMORY = new MemoryBudget(Runtime.getRuntime().maxMemory() / 4);

  private ImageFile() {}

  /**
   * Decodes a file.
   *
   * @param upright whether to rotate the image as its EXIF orientation says
   * @throws ImageException if the file is there and is no usable image
   * @throws IOException if it cannot be read
   * @throws DatasetException if the JVM has too little memory for it alone
   */
  static RgbImage read(FileEntry file, boolean upright) throws IOException {
    long size = file.bytes();
    if (size > MOST_BYTES) {
      throw new ImageException(
          "%d bytes are too many for a picture, at most %d".formatted(size, MOST_BYTES));
    }
    int taken = MEMORY.take(COPIES * size);
    try {
      return ImageDecoder.decode(file.content(), upright);
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
