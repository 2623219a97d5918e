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
    if (NpyHeader.begins(path)) {
      throw new NpyException(
          ("%s: a single array (.npy), expected named arrays (.npz), as numpy.savez(\"FILE.npz\","
                  + " NAME=numpy.load(\"%s\")) writes them")
              .formatted(path, path.getFileName()));
    }
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException | EOFException e) {
      throw new NpyException(
          "%s: not an .npz file, which is a zip archive: %s".formatted(path, reason(e)), e);
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
   * Reads what an array is, without its numbers; its checksum is not verified.
   *
   * @throws IOException as {@link #read(String)}
   */
  public NpyHeader header(String name) throws IOException {
    return read(name, NpyHeader::read, false);
  }

  /**
   * Reads an array into memory.
   *
   * @throws IOException if it is missing, damaged, too large, or of a kind that is not supported;
   *     the message names file and array
   */
  public NpyArray read(String name) throws IOException {
    return read(name, NpyArray::read).at(place(name));
  }

  /**
   * Reads an array as a stream, whose end the consumer must reach; then its checksum is verified.
   *
   * @throws IOException if it is missing, or what the consumer throws, with file and array named
   */
  public <T> T read(String name, Consumer<T> consumer) throws IOException {
    return read(name, consumer, true);
  }

  private <T> T read(String name, Consumer<T> consumer, boolean whole) throws IOException {
    ZipEntry entry = zip.getEntry(name + SUFFIX);
    if (entry == null) {
      throw new NpyException(
          "%s: there is no array %s; there are: %s"
              .formatted(path, name, String.join(", ", names())));
    }
    CRC32 sum = new CRC32();
    try (InputStream content =
        new BufferedInputStream(
            new CheckedInputStream(zip.getInputStream(entry), sum), BUFFER_BYTES)) {
      T result = consumer.apply(content);
      if (whole && content.read() >= 0) {
        throw new NpyException("the content is damaged: it goes on after the array");
      }
      if (whole && sum.getValue() != entry.getCrc()) {
        throw new NpyException("the content is damaged: its checksum is wrong");
      }
      return result;
    } catch (NpyException | EOFException | ZipException e) {
      throw new NpyException("%s: %s".formatted(place(name), reason(e)), e);
    } catch (OutOfMemoryError e) {
      throw new NpyException(
          "%s: it does not fit into the JVM's memory of %d MiB; give it more with TROUPE_JAVA_OPTS=-Xmx..."
              .formatted(place(name), Runtime.getRuntime().maxMemory() >> 20),
          e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "it ends early" : e.getMessage();
  }

  private String place(String name) {
    return "%s, array %s".formatted(path, name);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
