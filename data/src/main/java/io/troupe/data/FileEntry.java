package io.troupe.data;

import java.io.IOException;
import java.util.List;

/**
 * A file or folder, on disk or in a zip archive. Its text names the place, for messages.
 * Thread-safe.
 */
interface FileEntry {
  /** The last name as a text, whatever the locale. */
  String name();

  boolean isFolder();

  /**
   * What is in the folder, sorted by name; hidden ones are left out.
   *
   * @param leftOut counts those
   */
  List<FileEntry> children(LeftOut leftOut) throws IOException;

  /**
   * What tells a folder from others, by whatever links it was reached: a folder that is its own
   * ancestor has no end.
   */
  Object identity() throws IOException;

  /**
   * Bytes of the file's content.
   *
   * @throws ImageException if it is there and is no regular file
   * @throws IOException if it cannot be read
   */
  long bytes() throws IOException;

  /**
   * The file's content, which may be up to {@link #bytes} long.
   *
   * @throws ImageException if it is not what a checksum beside it says
   * @throws IOException if it cannot be read
   */
  byte[] content() throws IOException;

  /** Where it is, the same for whatever path leads there. */
  String place() throws IOException;

  /** Changes whenever the content does, as far as that can be told without reading it. */
  String version() throws IOException;

  /** Whether the file's content, or the folder, can be read now. */
  boolean isReadable();
}
