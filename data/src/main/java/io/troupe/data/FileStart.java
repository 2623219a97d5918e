package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells what a file is by its first bytes. */
final class FileStart {
  private FileStart() {}

  /**
   * Whether a path is a regular file that begins with some bytes.
   *
   * @param bytes one a character
   */
  static boolean is(Path path, String bytes) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return new String(in.readNBytes(bytes.length()), ISO_8859_1).equals(bytes);
    }
  }
}
