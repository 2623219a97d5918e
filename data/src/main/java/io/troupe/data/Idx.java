package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Grey images and labels in the IDX format of MNIST and of the datasets that are exchangeable with
 * it, made squares of one size and held in memory.
 *
 * <p>Four files: images and labels, for training and testing, whose names begin with {@code train}
 * or {@code t10k}; compressed with gzip or not.
 */
final class Idx extends AbstractDataset {
  private static final int BYTES_OF_IMAGES = 0x803;
  private static final int BYTES_OF_LABELS = 0x801;
  private static final int MOST_IMAGES = 10_000_000;
  private static final int MOST_PIXELS = 1 << 12;

  private final Squares squares;
  private final byte[][] images;
  private final byte[] labels;

  /** Pixels of the images in the file. */
  private final int rows;

  private final int columns;

  private Idx(Path folder, Split split, Squares squares, List<String> classNames)
      throws IOException {
    super(squares.side(), squares.side(), 1, classNames);
    this.squares = squares;
    String part = split == Split.TRAIN ? "train" : "t10k";
    Path imageFile = member(folder, part, "images", 3);
    Path labelFile = member(folder, part, "labels", 1);
    try (DataInputStream in = open(imageFile)) {
      int count = header(imageFile, in, BYTES_OF_IMAGES);
      rows = in.readInt();
      columns = in.readInt();
      if (rows < 1 || columns < 1 || rows > MOST_PIXELS || columns > MOST_PIXELS) {
        throw new DatasetException(
            "%s: pictures of %d x %d pixels; expected 1 to %d. The file is damaged"
                .formatted(imageFile, columns, rows, MOST_PIXELS));
      }
      images = new byte[count][];
      for (int i = 0; i < count; i++) {
        images[i] = in.readNBytes(rows * columns);
        if (images[i].length < rows * columns) {
          throw new EOFException("it ends within picture %d of %d".formatted(i, count));
        }
      }
      requireEnd(imageFile, in);
    } catch (IOException e) {
      throw unreadable(imageFile, e);
    }
    try (DataInputStream in = open(labelFile)) {
      int count = header(labelFile, in, BYTES_OF_LABELS);
      if (count != images.length) {
        throw new DatasetException(
            "%s: %d labels, and %s has %d pictures"
                .formatted(labelFile, count, imageFile, images.length));
      }
      labels = in.readNBytes(count);
      if (labels.length < count) {
        throw new EOFException("it ends after %d of %d labels".formatted(labels.length, count));
      }
      requireEnd(labelFile, in);
    } catch (IOException e) {
      throw unreadable(labelFile, e);
    }
    for (int i = 0; i < labels.length; i++) {
      if ((labels[i] & 255) >= classNames.size()) {
        throw new DatasetException(
            "%s: label %d (from 0) is %d; expected 0 to %d"
                .formatted(labelFile, i, labels[i] & 255, classNames.size() - 1));
      }
    }
  }

  private static DatasetException unreadable(Path file, IOException error) {
    return new DatasetException(
        "%s: cannot be read as an IDX file: %s"
            .formatted(
                file,
                error instanceof EOFException && error.getMessage() == null
                    ? "it is cut off"
                    : error.getMessage()),
        error);
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return new DataInputStream(
        FileStart.is(file, "\037\213")
            ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16)
            : raw);
  }

  private static int header(Path file, DataInputStream in, int kind) throws IOException {
    int found = in.readInt();
    int count = in.readInt();
    if (found != kind) {
      throw new DatasetException(
          "%s: begins with %08x, expected %08x, an IDX file of bytes with %d %s"
              .formatted(
                  file, found, kind, kind & 255, (kind & 255) == 1 ? "dimension" : "dimensions"));
    }
    if (count < 1 || count > MOST_IMAGES) {
      throw new DatasetException(
          "%s: %d entries; expected 1 to %d. The file is damaged"
              .formatted(file, count, MOST_IMAGES));
    }
    return count;
  }

  private static void requireEnd(Path file, InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new DatasetException("%s: goes on after its last entry; it is damaged".formatted(file));
    }
  }

  /** The names that a member may have. */
  private static Stream<String> names(String part, String what, int dimensions) {
    return Stream.of("-", ".")
        .map(separator -> "%s-%s%sidx%d-ubyte".formatted(part, what, separator, dimensions))
        .flatMap(name -> Stream.of(name, name + ".gz"));
  }

  private static Optional<Path> find(Path folder, String part, String what, int dimensions) {
    return names(part, what, dimensions)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static Path member(Path folder, String part, String what, int dimensions) {
    return find(folder, part, what, dimensions)
        .orElseThrow(
            () ->
                new DatasetException(
                    "%s: there is no %s in it. Name a folder with the four IDX files"
                        .formatted(
                            folder, String.join(" or ", names(part, what, dimensions).toList()))));
  }

  @Override
  public int size() {
    return images.length;
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    return labels[index];
  }

  @Override
  public void read(int index, byte[] target) {
    Objects.checkIndex(index, size());
    byte[] rgb = new byte[3 * rows * columns];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = images[index][i / 3];
    }
    byte[] square = squares.of(new RgbImage(columns, rows, rgb));
    for (int i = 0; i < square.length / 3; i++) {
      target[i] = square[3 * i];
    }
  }

  /** A dataset in four IDX files; the names of the files are the same for all such datasets. */
  static final class Format extends DatasetFormat {
    /** Handwritten digits (LeCun, Cortes and Burges). */
    static final Format MNIST =
        new Format(
            "mnist", List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), "MNIST", null);

    /** Articles of clothing (Xiao, Rasul and Vollgraf, 2017). */
    static final Format FASHION =
        new Format(
            "fashion-mnist",
            List.of(
                "t-shirt",
                "trouser",
                "pullover",
                "dress",
                "coat",
                "sandal",
                "shirt",
                "sneaker",
                "bag",
                "ankle boot"),
            "FashionMNIST",
            new byte[] {9, 0, 0, 3});

    private static final byte[] FASHION_TEST = {9, 2, 1, 1};

    private final String folder;
    private final byte[] firstLabels;

    private Format(String name, List<String> classNames, String folder, byte[] firstLabels) {
      super(name, classNames, "path", "split", "size", "fit", "filter");
      this.folder = folder;
      this.firstLabels = firstLabels;
    }

    @Override
    public Optional<String> requiredPath() {
      return Optional.of("the folder of its IDX files");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      Path path = path(settings);
      if (!Files.isDirectory(path)) {
        throw new DatasetException(
            "%s: %s. Name the folder of the four IDX files"
                .formatted(path, Files.exists(path) ? "not a folder" : "there is no such folder"));
      }
      try {
        return new Idx(
            place(path).orElse(path),
            settings.split(),
            new Squares(settings.size(), settings.fit(), settings.filter()),
            classNames(settings));
      } catch (IOException e) {
        throw new DatasetException("%s: cannot be read: %s".formatted(path, IoReason.of(e)), e);
      } catch (OutOfMemoryError e) {
        throw DatasetException.tooLarge(path, e);
      }
    }

    /** The folder of the files: the one that is given, or one in it, as torchvision makes them. */
    private Optional<Path> place(Path path) {
      return Stream.of(path, path.resolve("raw"), path.resolve(folder).resolve("raw"))
          .filter(
              place ->
                  Stream.of("train", "t10k")
                      .anyMatch(
                          part ->
                              find(place, part, "labels", 1).isPresent()
                                  || find(place, part, "images", 3).isPresent()))
          .findFirst();
    }

    /** Fashion-MNIST is known by its first labels, since its files have the names of MNIST's. */
    @Override
    public boolean isAt(Path path) throws IOException {
      Optional<Path> place = Files.isDirectory(path) ? place(path) : Optional.empty();
      if (place.isEmpty()) {
        return false;
      }
      return firstLabels == null
          || begins(find(place.get(), "train", "labels", 1), firstLabels)
          || begins(find(place.get(), "t10k", "labels", 1), FASHION_TEST);
    }

    private static boolean begins(Optional<Path> file, byte[] labels) throws IOException {
      if (file.isEmpty()) {
        return false;
      }
      try (DataInputStream in = Idx.open(file.get())) {
        return in.readNBytes(8).length == 8 && Arrays.equals(in.readNBytes(labels.length), labels);
      } catch (EOFException | ZipException e) {
        // Opened as a dataset, it will be said what is wrong with it.
        return false;
      }
    }
  }
}
