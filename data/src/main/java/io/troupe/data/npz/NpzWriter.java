package io.troupe.data.npz;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes an .npz file: a zip archive of .npy files, deflated. Equal arrays give equal files. */
public final class NpzWriter implements AutoCloseable {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int BUFFER_BYTES = 1 << 16;

  private final ZipOutputStream zip;

  /** Begins a file; one that is there is replaced. */
  public NpzWriter(Path path) throws IOException {
    zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES));
    zip.setLevel(Deflater.BEST_SPEED);
  }

  /** Writes the numbers of an array to a stream. */
  public interface Content {
    /** Writes as many bytes as the header says, little-endian. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Adds an array. */
  public void add(String name, NpyArray array) throws IOException {
    begin(name);
    array.write(zip);
    zip.closeEntry();
  }

  /** Adds an array whose numbers are written as a stream. */
  public void add(String name, NpyHeader header, Content content) throws IOException {
    begin(name);
    header.write(zip);
    content.writeTo(zip);
    zip.closeEntry();
  }

  private void begin(String name) throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
  }

  /** Ends the file. */
  @Override
  public void close() throws IOException {
    zip.close();
  }
}
