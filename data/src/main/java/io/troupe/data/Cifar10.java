package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 (Krizhevsky, "Learning multiple layers of features from tiny images", 2009): 50,000
 * training and 10,000 test images of 32x32 pixels in ten classes, held in memory.
 *
 * <p>Reads the binary version: five training files, taken in the order of their numbers, and a test
 * file. The class names are checked against the file that comes with the data.
 */
public final class Cifar10 extends CifarRecords {
  /** Names of the classes, by label. */
  static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final String NAME_FILE = "batches.meta.txt";

  /** CIFAR-10's binary version, about 170 MB. */
  private static final RemoteFile DOWNLOAD =
      new RemoteFile(
          "cifar10",
          "CIFAR-10, binary version",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
          "cifar-10-binary.tar.gz",
          200_000_000,
          "MD5",
          "c32a1d4ab5d03f1284b67883e8d87530");

  /** Where the data is. */
  static final CifarArchive ARCHIVE =
      new CifarArchive("CIFAR-10", DOWNLOAD, "cifar-10-batches-bin", List.of(NAME_FILE));

  private static final List<String> TRAIN_FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin");
  private static final List<String> TEST_FILES = List.of("test_batch.bin");
  private static final int FILE_RECORDS = 10_000;

  private Cifar10(int records) {
    super(ARCHIVE, records, 1, CLASS_NAMES);
  }

  /**
   * Reads one part of CIFAR-10.
   *
   * @param path {@code cifar-10-binary.tar.gz}, or a folder with {@code data_batch_1.bin} to {@code
   *     data_batch_5.bin} and {@code test_batch.bin}, or the parent of such a folder named {@code
   *     cifar-10-batches-bin}
   * @throws DatasetException if the files are missing, damaged or not CIFAR-10
   */
  public static Cifar10 open(Path path, Split split) {
    return open(path, split, FILE_RECORDS);
  }

  /** As {@link #open(Path, Split)}, for files of so many records. */
  static Cifar10 open(Path path, Split split, int fileRecords) {
    List<String> files = split == Split.TRAIN ? TRAIN_FILES : TEST_FILES;
    Cifar10 images = new Cifar10(files.size() * fileRecords);
    ARCHIVE.visit(
        path,
        files,
        (where, name, length, content) -> {
          if (name.equals(NAME_FILE)) {
            images.checkNames(where, content, CLASS_NAMES);
          } else {
            images.load(where, length, content, files.indexOf(name) * fileRecords, fileRecords);
          }
        });
    return images;
  }

  @Override
  void checkLabels(byte[] record) throws WrongLabelException {
    int label = Byte.toUnsignedInt(record[0]);
    if (label >= CLASS_NAMES.size()) {
      throw new WrongLabelException("the label is " + label, "0 to 9");
    }
  }

  /** What settings know of it. */
  static final class Format extends CifarFormat {
    Format() {
      super(ARCHIVE, "data_batch_1.bin", "cifar10", CLASS_NAMES, "path", "split");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      return Cifar10.open(ARCHIVE.locate(settings.path(), cache), settings.split());
    }
  }
}
