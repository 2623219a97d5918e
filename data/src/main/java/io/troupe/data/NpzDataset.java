package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyException;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpzReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Images and labels from arrays that NumPy saved (.npz), held in memory.
 *
 * <p>{@code images} is of shape [count, height, width, 3] or [count, 3, height, width]: integers
 * from 0 to 255, or floats in [-1, 1], which are rounded to 8 bits as for a PNG. {@code labels},
 * which may be missing, has whole numbers in the shape [count] or [count, 1]; the classes are named
 * by their numbers, from "0" to that of the largest label. Without labels all images are of one
 * class.
 *
 * <p>If there is no array {@code images}, the file may have one array of images and at most one
 * other, of labels, under any names. A single array (.npy) holds images.
 */
public final class NpzDataset extends AbstractDataset {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";
  private static final int MOST_CLASSES = 100_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final ImageArray images;

  /** Empty if all images are of one class. */
  private final int[] labels;

  private NpzDataset(ImageArray images, int[] labels, List<String> classNames) {
    super(images.height(), images.width(), 3, classNames);
    this.images = images;
    this.labels = labels;
  }

  /**
   * Reads a file.
   *
   * @throws DatasetException if it is missing, damaged, too large for the JVM's memory, or without
   *     fitting arrays
   */
  public static NpzDataset open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new DatasetException(
          "%s: there is no such file. Set dataset.path to that of an .npz file".formatted(path));
    }
    try {
      return NpyHeader.begins(path) ? single(path) : named(path);
    } catch (NpyException e) {
      throw new DatasetException(
          e.getMessage() + ". Save the file again, e.g. with numpy.savez", e);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(path, e), e);
    } catch (OutOfMemoryError e) {
      throw DatasetException.tooLarge(path, e);
    }
  }

  private static NpzDataset single(Path path) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES)) {
      return unlabelled(ImageArray.read(path.toString(), in));
    } catch (NpyException | EOFException e) {
      throw new DatasetException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static NpzDataset unlabelled(ImageArray images) {
    return new NpzDataset(images, new int[0], List.of("all"));
  }

  private static NpzDataset named(Path path) throws IOException {
    try (NpzReader npz = new NpzReader(path)) {
      Meant meant = meant(path, npz);
      String place = "%s, array %s".formatted(path, meant.images());
      ImageArray images = npz.read(meant.images(), in -> ImageArray.read(place, in));
      if (meant.labels().isEmpty()) {
        return unlabelled(images);
      }
      int[] labels = labels(path, npz, meant.labels().get(), images.count());
      int classes = 1 + IntStream.of(labels).max().orElseThrow();
      return new NpzDataset(
          images, labels, IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }
  }

  /** The names of the arrays to read. */
  private record Meant(String images, Optional<String> labels) {}

  private static Meant meant(Path path, NpzReader npz) throws IOException {
    List<String> names = npz.names();
    if (names.contains(IMAGES)) {
      return new Meant(IMAGES, Optional.of(LABELS).filter(names::contains));
    }
    List<String> found = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (String name : names) {
      NpyHeader header = npz.header(name);
      found.add(
          "%s %s %s"
              .formatted(name, header.type().name().toLowerCase(Locale.ROOT), header.shape()));
      if (ImageArray.isOne(header)) {
        images.add(name);
      }
    }
    if (images.size() == 1 && names.size() == 1) {
      return new Meant(names.get(0), Optional.empty());
    }
    if (images.size() == 1 && names.size() == 2) {
      String other = names.get(1 - names.indexOf(images.get(0)));
      int count = npz.header(images.get(0)).shape().get(0);
      if (isOnePerImage(npz.header(other), count)) {
        return new Meant(images.get(0), Optional.of(other));
      }
    }
    throw new DatasetException(
        ("%s: there is no array images, and it is not clear which of these are pictures and labels:"
                + " %s. Save it as numpy.savez(\"FILE.npz\", images=..., labels=...)")
            .formatted(path, String.join(", ", found)));
  }

  private static boolean isOnePerImage(NpyHeader header, int count) {
    return header.shape().equals(List.of(count)) || header.shape().equals(List.of(count, 1));
  }

  private static int[] labels(Path path, NpzReader npz, String name, int count) throws IOException {
    String place = "%s, array %s".formatted(path, name);
    NpyHeader header = npz.header(name);
    if (!isOnePerImage(header, count)) {
      boolean hot = header.shape().size() == 2 && header.shape().get(0) == count;
      throw new DatasetException(
          "%s: shape %s, expected [%d], one for each picture%s"
              .formatted(
                  place,
                  header.shape(),
                  count,
                  hot ? ". Of one-hot rows save labels.argmax(axis=1)" : ""));
    }
    NpyArray array = npz.read(name);
    int[] labels = new int[count];
    long[] whole = header.type().isInteger() ? array.longs() : whole(place, array.doubles());
    for (int i = 0; i < count; i++) {
      if (whole[i] < 0 || whole[i] >= MOST_CLASSES) {
        throw new DatasetException(
            "%s: label %d (from 0) is %d, expected 0 to %d"
                .formatted(place, i, whole[i], MOST_CLASSES - 1));
      }
      labels[i] = (int) whole[i];
    }
    return labels;
  }

  private static long[] whole(String place, double[] values) {
    long[] whole = new long[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (long) values[i];
      if ((double) whole[i] != values[i]) {
        throw new DatasetException(
            "%s: label %d (from 0) is %s, expected a whole number".formatted(place, i, values[i]));
      }
    }
    return whole;
  }

  @Override
  public int size() {
    return images.count();
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size());
    return labels.length == 0 ? 0 : labels[index];
  }

  @Override
  public void read(int index, byte[] target) {
    images.read(index, target);
  }

  /** What settings know of it. */
  static final class Format extends DatasetFormat {
    Format() {
      super("npz", List.of(), "path");
    }

    @Override
    public Optional<String> requiredPath() {
      return Optional.of("the file");
    }

    @Override
    public Dataset open(
        RunSettings.Dataset settings, long seed, CacheFolder cache, Consumer<String> notes) {
      return NpzDataset.open(path(settings));
    }

    @Override
    public boolean isAt(Path path) throws IOException {
      if (!ZipArchive.isOne(path)) {
        return FileStart.is(path, "\u0093NUMPY");
      }
      try (NpzReader npz = new NpzReader(path)) {
        return !npz.names().isEmpty();
      } catch (NpyException e) {
        return path.toString().endsWith(".npz");
      }
    }
  }
}
