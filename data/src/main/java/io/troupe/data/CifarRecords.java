package io.troupe.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Labels and images of a CIFAR dataset's binary version, held in memory.
 *
 * <p>A record is one or two bytes of labels and 1024 bytes each of red, green and blue, rows from
 * the top. Only the last of a record's labels is kept.
 */
abstract class CifarRecords extends AbstractDataset {
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;
  private static final int IMAGE_BYTES = 3 * PIXELS;
  private static final int MOST_NAME_BYTES = 1 << 16;

  /** A label that cannot be; says what was found and what was expected. */
  static final class WrongLabelException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongLabelException(String found, String expected) {
      super(found + ", expected " + expected);
    }
  }

  private final CifarArchive archive;
  private final int labelBytes;
  private final byte[] labels;

  /** Of all records; none before the first file was found to have as many as it should. */
  private byte[] pixels = {};

  /**
   * Room for so many records.
   *
   * @param labelBytes labels of a record
   */
  CifarRecords(CifarArchive archive, int records, int labelBytes, List<String> classNames) {
    super(SIDE, SIDE, 3, classNames);
    this.archive = archive;
    this.labelBytes = labelBytes;
    labels = new byte[records];
  }

  /**
   * Reads a file of records.
   *
   * @param length bytes of the file
   * @param first where in the dataset its records belong
   * @param count records that it must have
   * @throws DatasetException if it has another number of records, or labels that cannot be
   */
  void load(String where, long length, InputStream content, int first, int count)
      throws IOException {
    int recordBytes = labelBytes + IMAGE_BYTES;
    if (length != (long) count * recordBytes) {
      throw new DatasetException(
          ("%s: the file has %d bytes (%d records of %d bytes and %d bytes more),"
                  + " expected %d bytes (%d records). %s")
              .formatted(
                  where,
                  length,
                  length / recordBytes,
                  recordBytes,
                  length % recordBytes,
                  (long) count * recordBytes,
                  count,
                  archive.remedy()));
    }
    if (pixels.length == 0) {
      pixels = new byte[labels.length * IMAGE_BYTES];
    }
    byte[] record = new byte[recordBytes];
    for (int i = 0; i < count; i++) {
      readFully(content, record, i);
      try {
        checkLabels(record);
      } catch (WrongLabelException e) {
        throw new DatasetException(
            "%s: in %s, %s. %s"
                .formatted(where, place(i, recordBytes), e.getMessage(), archive.remedy()),
            e);
      }
      labels[first + i] = record[labelBytes - 1];
      interleave(record, (first + i) * IMAGE_BYTES);
    }
  }

  /**
   * Refuses labels that cannot be.
   *
   * @param record starts with the labels, as unsigned bytes
   * @throws WrongLabelException if they cannot be
   */
  abstract void checkLabels(byte[] record) throws WrongLabelException;

  private static void readFully(InputStream content, byte[] record, int index) throws IOException {
    try {
      if (content.readNBytes(record, 0, record.length) < record.length) {
        throw new EOFException("unexpected end of file");
      }
    } catch (IOException e) {
      throw new IOException(
          "%s while reading %s".formatted(e.getMessage(), place(index, record.length)), e);
    }
  }

  private static String place(int index, int recordBytes) {
    return "record %d (from 0, byte %d)".formatted(index, (long) index * recordBytes);
  }

  private void interleave(byte[] record, int start) {
    for (int pixel = 0; pixel < PIXELS; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        pixels[start + 3 * pixel + channel] = record[labelBytes + channel * PIXELS + pixel];
      }
    }
  }

  /**
   * Checks a file of class names.
   *
   * @throws DatasetException if they are not the expected ones
   */
  void checkNames(String where, InputStream content, List<String> expected) throws IOException {
    byte[] names = content.readNBytes(MOST_NAME_BYTES + 1);
    if (names.length > MOST_NAME_BYTES) {
      throw new DatasetException(
          "%s: class names of more than %d bytes. %s"
              .formatted(where, MOST_NAME_BYTES, archive.remedy()));
    }
    List<String> found =
        new String(names, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    int line = 0;
    while (line < found.size()
        && line < expected.size()
        && found.get(line).equals(expected.get(line))) {
      line++;
    }
    if (line < Math.max(found.size(), expected.size())) {
      throw new DatasetException(
          "%s: class name %d is %s, expected %s. %s"
              .formatted(
                  where,
                  line,
                  line < found.size() ? found.get(line) : "missing",
                  line < expected.size() ? expected.get(line) : "none",
                  archive.remedy()));
    }
  }

  @Override
  public final int size() {
    return labels.length;
  }

  /** {@inheritDoc} By default that is the last of a record's labels. */
  @Override
  public int label(int index) {
    return Byte.toUnsignedInt(labels[index]);
  }

  @Override
  public final void read(int index, byte[] target) {
    Objects.checkIndex(index, size());
    System.arraycopy(pixels, index * IMAGE_BYTES, target, 0, IMAGE_BYTES);
  }
}
