package io.troupe.data;

import io.troupe.config.RunSettings.Labels;
import io.troupe.config.RunSettings.Split;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * CIFAR-100 (Krizhevsky, 2009): 50,000 training and 10,000 test pictures of 32x32 pixels, held in
 * memory.
 *
 * <p>Reads the binary version. A record is a byte with the superclass, a byte with the fine class,
 * and 1024 bytes each of red, green and blue, rows from the top. Every record's superclass is
 * checked against its fine class, and the class names against the files that come with the data.
 */
public final class Cifar100 implements Dataset {
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;
  private static final int PICTURE_BYTES = 3 * PIXELS;
  private static final int RECORD_BYTES = 2 + PICTURE_BYTES;
  private static final int TRAIN_RECORDS = 50_000;
  private static final int TEST_RECORDS = 10_000;

  private final Labels labels;
  private final byte[] fineLabels;
  private final byte[] pixels;

  private Cifar100(Labels labels, int records) {
    this.labels = labels;
    fineLabels = new byte[records];
    pixels = new byte[records * PICTURE_BYTES];
  }

  /**
   * Reads one part of CIFAR-100.
   *
   * @param path {@code cifar-100-binary.tar.gz}, or a folder with {@code train.bin} and {@code
   *     test.bin}, or the parent of such a folder named {@code cifar-100-binary}
   * @param labels which of a picture's two labels is its class
   * @throws DatasetException if the files are missing, damaged or not CIFAR-100
   */
  public static Cifar100 open(Path path, Split split, Labels labels) {
    return open(path, split, labels, split == Split.TRAIN ? TRAIN_RECORDS : TEST_RECORDS);
  }

  /** As {@link #open(Path, Split, Labels)}, for a file of so many records. */
  static Cifar100 open(Path path, Split split, Labels labels, int records) {
    Cifar100 dataset = new Cifar100(labels, records);
    Cifar100Source.visit(
        path,
        split == Split.TRAIN ? "train.bin" : "test.bin",
        (where, name, length, content) -> {
          switch (name) {
            case "coarse_label_names.txt" ->
                checkNames(where, content, Cifar100Classes.SUPERCLASSES);
            case "fine_label_names.txt" -> checkNames(where, content, Cifar100Classes.FINE);
            default -> dataset.load(where, length, content);
          }
        });
    return dataset;
  }

  private void load(String where, long length, InputStream content) throws IOException {
    if (length != (long) size() * RECORD_BYTES) {
      throw new DatasetException(
          ("%s: the file has %d bytes (%d records of %d bytes and %d bytes more),"
                  + " expected %d bytes (%d records). %s")
              .formatted(
                  where,
                  length,
                  length / RECORD_BYTES,
                  RECORD_BYTES,
                  length % RECORD_BYTES,
                  (long) size() * RECORD_BYTES,
                  size(),
                  Cifar100Source.REMEDY));
    }
    byte[] record = new byte[RECORD_BYTES];
    for (int i = 0; i < size(); i++) {
      readFully(content, record, i);
      fineLabels[i] = (byte) checkedFineLabel(where, i, record);
      interleave(record, i * PICTURE_BYTES);
    }
  }

  private static void readFully(InputStream content, byte[] record, int index) throws IOException {
    try {
      if (content.readNBytes(record, 0, RECORD_BYTES) < RECORD_BYTES) {
        throw new EOFException("unexpected end of file");
      }
    } catch (IOException e) {
      throw new IOException("%s while reading %s".formatted(e.getMessage(), place(index)), e);
    }
  }

  private static int checkedFineLabel(String where, int index, byte[] record) {
    int coarse = Byte.toUnsignedInt(record[0]);
    int fine = Byte.toUnsignedInt(record[1]);
    if (coarse >= Cifar100Classes.SUPERCLASSES.size()) {
      throw damaged(where, index, "the coarse label is " + coarse, "0 to 19");
    }
    if (fine >= Cifar100Classes.FINE.size()) {
      throw damaged(where, index, "the fine label is " + fine, "0 to 99");
    }
    int superclass = Cifar100Classes.superclassOf(fine);
    if (coarse != superclass) {
      throw damaged(
          where,
          index,
          "the coarse label is %d (%s)".formatted(coarse, Cifar100Classes.SUPERCLASSES.get(coarse)),
          "%d (%s), the superclass of fine label %d (%s)"
              .formatted(
                  superclass,
                  Cifar100Classes.SUPERCLASSES.get(superclass),
                  fine,
                  Cifar100Classes.FINE.get(fine)));
    }
    return fine;
  }

  private static DatasetException damaged(String where, int index, String found, String expected) {
    return new DatasetException(
        "%s: in %s, %s, expected %s. %s"
            .formatted(where, place(index), found, expected, Cifar100Source.REMEDY));
  }

  private static String place(int index) {
    return "record %d (from 0, byte %d)".formatted(index, (long) index * RECORD_BYTES);
  }

  private void interleave(byte[] record, int start) {
    for (int pixel = 0; pixel < PIXELS; pixel++) {
      for (int channel = 0; channel < 3; channel++) {
        pixels[start + 3 * pixel + channel] = record[2 + channel * PIXELS + pixel];
      }
    }
  }

  private static void checkNames(String where, InputStream content, List<String> expected)
      throws IOException {
    List<String> found =
        new String(content.readAllBytes(), StandardCharsets.UTF_8)
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
                  Cifar100Source.REMEDY));
    }
  }

  @Override
  public int size() {
    return fineLabels.length;
  }

  @Override
  public int height() {
    return SIDE;
  }

  @Override
  public int width() {
    return SIDE;
  }

  @Override
  public List<String> classNames() {
    return labels == Labels.FINE ? Cifar100Classes.FINE : Cifar100Classes.SUPERCLASSES;
  }

  @Override
  public int label(int index) {
    int fine = fineLabels[index];
    return labels == Labels.FINE ? fine : Cifar100Classes.superclassOf(fine);
  }

  @Override
  public void read(int index, byte[] target) {
    Objects.checkIndex(index, size());
    System.arraycopy(pixels, index * PICTURE_BYTES, target, 0, PICTURE_BYTES);
  }
}
