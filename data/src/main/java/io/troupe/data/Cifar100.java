package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-100 (Krizhevsky, 2009): 50,000 training and 10,000 test images of 32x32 pixels, held in
 * memory.
 *
 * <p>Reads the binary version, in which a record has a byte with the superclass and a byte with the
 * fine class. Every record's superclass is checked against its fine class, and the class names
 * against the files that come with the data.
 */
public final class Cifar100 extends CifarRecords {
  /** CIFAR-100's binary version, about 169 MB. */
  private static final RemoteFile DOWNLOAD =
      new RemoteFile(
          "cifar100",
          "CIFAR-100, binary version",
          URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
          "cifar-100-binary.tar.gz",
          200_000_000,
          "MD5",
          "03b5dce01913d631647c71ecec9e9cb8");

  /** Where the data is. */
  static final CifarArchive ARCHIVE =
      new CifarArchive(
          "CIFAR-100",
          DOWNLOAD,
          "cifar-100-binary",
          List.of("coarse_label_names.txt", "fine_label_names.txt"));

  /** Its name in {@code dataset.kind}. */
  public static final String NAME = "cifar100";

  private static final int TRAIN_RECORDS = 50_000;
  private static final int TEST_RECORDS = 10_000;

  private final Labels labels;

  private Cifar100(int records, Labels labels) {
    super(ARCHIVE, records, 2, Cifar100Classes.of(labels));
    this.labels = labels;
  }

  /**
   * Reads one part of CIFAR-100.
   *
   * @param path {@code cifar-100-binary.tar.gz}, or a folder with {@code train.bin} and {@code
   *     test.bin}, or the parent of such a folder named {@code cifar-100-binary}
   * @param labels which of an image's two labels is its class
   * @throws DatasetException if the files are missing, damaged or not CIFAR-100
   */
  public static Cifar100 open(Path path, Split split, Labels labels) {
    return open(path, split, labels, split == Split.TRAIN ? TRAIN_RECORDS : TEST_RECORDS);
  }

  /** As {@link #open(Path, Split, Labels)}, for a file of so many records. */
  static Cifar100 open(Path path, Split split, Labels labels, int records) {
    Cifar100 images = new Cifar100(records, labels);
    ARCHIVE.visit(
        path,
        List.of(split == Split.TRAIN ? "train.bin" : "test.bin"),
        (where, name, length, content) -> {
          switch (name) {
            case "coarse_label_names.txt" ->
                images.checkNames(where, content, Cifar100Classes.SUPERCLASSES);
            case "fine_label_names.txt" -> images.checkNames(where, content, Cifar100Classes.FINE);
            default -> images.load(where, length, content, 0, records);
          }
        });
    return images;
  }

  @Override
  void checkLabels(byte[] record) throws WrongLabelException {
    int coarse = Byte.toUnsignedInt(record[0]);
    int fine = Byte.toUnsignedInt(record[1]);
    if (coarse >= Cifar100Classes.SUPERCLASSES.size()) {
      throw new WrongLabelException("the coarse label is " + coarse, "0 to 19");
    }
    if (fine >= Cifar100Classes.FINE.size()) {
      throw new WrongLabelException("the fine label is " + fine, "0 to 99");
    }
    int superclass = Cifar100Classes.superclassOf(fine);
    if (coarse != superclass) {
      throw new WrongLabelException(
          "the coarse label is %d (%s)".formatted(coarse, Cifar100Classes.SUPERCLASSES.get(coarse)),
          "%d (%s), the superclass of fine label %d (%s)"
              .formatted(
                  superclass,
                  Cifar100Classes.SUPERCLASSES.get(superclass),
                  fine,
                  Cifar100Classes.FINE.get(fine)));
    }
  }

  @Override
  public int label(int index) {
    int fine = super.label(index);
    return labels == Labels.FINE ? fine : Cifar100Classes.superclassOf(fine);
  }

  /** What settings know of it. */
  static final class Format extends CifarFormat {
    Format() {
      super(ARCHIVE, "train.bin", NAME, List.of(), "path", "split", "labels");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      return Cifar100.open(
          ARCHIVE.locate(settings.path(), cache), settings.split(), settings.labels());
    }

    @Override
    public List<String> classNames(DatasetSettings settings) {
      return Cifar100Classes.of(settings.labels());
    }
  }
}
