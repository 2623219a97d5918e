package io.troupe.data;

import java.nio.file.Path;

/**
 * A dataset that cannot be used. The message says which file, where in it, what was found, what was
 * expected, and what to do.
 */
public class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DatasetException(String message) {
    super(message);
  }

  DatasetException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of images that are held in memory and do not fit into it. */
  static DatasetException tooLarge(Path path, OutOfMemoryError cause) {
    return new DatasetException(
        "%s: the pictures do not fit into the JVM's memory of %d MiB; give it more with TROUPE_JAVA_OPTS=-Xmx..."
            .formatted(path, Runtime.getRuntime().maxMemory() >> 20),
        cause);
  }
}
