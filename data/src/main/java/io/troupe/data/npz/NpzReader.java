package io.troupe.data.npz;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads an .npz file, which is a zip archive of .npy files, stored or deflated. */
public final class NpzReader implements AutoCloseable {
  private static final String SUFFIX = ".npy";
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final ZipFile zip;

  /**
   * Opens a file.
   *
   * @throws IOException if there is none, or it is no zip archive; the message names it
   */
  public NpzReader(Path path) throws IOException {
    this.path = path;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new NpyException(
          "%s: not an .npz file, which is a zip archive: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Names of the arrays, in the file's order. */
  public List<String> names() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(SUFFIX))
        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
        .toList();
  }

  /** Takes an .npy file's content. */
  public interface Consumer<T> {
    /** Reads what it needs from the stream. */
    T apply(InputStream content) throws IOException;
  }

  /**
   * Reads an array into memory.
   *
   * @throws IOException if it is missing, damaged, too large, or of a kind that is not supported;
   *     the message names file and array
   */
  public NpyArray read(String name) throws IOException {
    return read(name, NpyArray::read);
  }

  /**
   * Reads an array as a stream; its checksum is verified if the consumer reads to the end.
   *
   * @throws IOException if it is missing, or what the consumer throws, with file and array named
   */
  public <T> T read(String name, Consumer<T> consumer) throws IOException {
    ZipEntry entry = zip.getEntry(name + SUFFIX);
    if (entry == null) {
      throw new NpyException(
          "%s: there is no array %s; there are: %s"
              .formatted(path, name, String.join(", ", names())));
    }
    try (CheckedInputStream content =
        new CheckedInputStream(
            new BufferedInputStream(zip.getInputStream(entry), BUFFER_BYTES), new CRC32())) {
      T result = consumer.apply(content);
      if (content.read() < 0 && content.getChecksum().getValue() != entry.getCrc()) {
        throw new NpyException("the content is damaged: its checksum is wrong");
      }
      return result;
    } catch (NpyException | EOFException | ZipException e) {
      throw new NpyException("%s, array %s: %s".formatted(path, name, e.getMessage()), e);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
