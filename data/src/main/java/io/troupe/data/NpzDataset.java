package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.FloatRange;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.npz.NpyException;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpzReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images and labels from arrays that NumPy saved (.npz), held in memory.
 *
 * <p>Images are of shape [count, height, width, channels] or [count, channels, height, width] with
 * 3 channels (RGB) or 1 (grey), or [count, height, width]: integers from 0 to 255, or floats of a
 * range that {@link Levels} finds, which are rounded to 8 bits as for a PNG. Labels, which may be
 * missing, are whole numbers in the shape [count] or [count, 1], or one-hot rows [count, classes];
 * the classes are named by their numbers. Without labels all images are of one class. {@link
 * ArrayNames} says which arrays these are. A single array (.npy) holds images.
 */
public final class NpzDataset extends AbstractDataset {
  private static final int BUFFER_BYTES = 1 << 16;

  private final ImageArray images;

  /** Empty if all images are of one class. */
  private final int[] labels;

  private NpzDataset(ImageArray images, int[] labels, List<String> classNames) {
    super(images.height(), images.width(), images.channels(), classNames);
    this.images = images;
    this.labels = labels;
  }

  /** Reads a file whose floats tell their range by themselves. */
  public static NpzDataset open(Path path) {
    return open(path, FloatRange.AUTO);
  }

  /**
   * Reads a file.
   *
   * @param range of images that are floats
   * @throws DatasetException if it is missing, damaged, too large for the JVM's memory, or without
   *     fitting arrays
   */
  public static NpzDataset open(Path path, FloatRange range) {
    if (!Files.isRegularFile(path)) {
      throw new DatasetException("%s: there is no such file. Name an .npz file".formatted(path));
    }
    try {
      return NpyHeader.begins(path) ? single(path, range) : named(path, range);
    } catch (NpyException e) {
      throw new DatasetException(
          e.getMessage() + ". Save the file again, e.g. with numpy.savez", e);
    } catch (IOException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(path, IoReason.of(e)), e);
    } catch (OutOfMemoryError e) {
      throw DatasetException.tooLarge(path, e);
    }
  }

  private static NpzDataset single(Path path, FloatRange range) throws IOException {
    String place = path.toString();
    try (InputStream first = stream(path);
        InputStream second = stream(path);
        InputStream third = stream(path)) {
      Levels levels = Levels.find(place, NpyHeader.read(first), () -> Levels.ends(second), range);
      return unlabelled(ImageArray.read(place, third, levels));
    } catch (NpyException | EOFException e) {
      throw new DatasetException("%s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static InputStream stream(Path path) throws IOException {
    return new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES);
  }

  private static NpzDataset unlabelled(ImageArray images) {
    return new NpzDataset(images, new int[0], List.of("all"));
  }

  private static NpzDataset named(Path path, FloatRange range) throws IOException {
    try (NpzReader npz = new NpzReader(path)) {
      ArrayNames names = ArrayNames.of(path, npz);
      String place = place(path, names.images());
      Levels levels =
          Levels.find(
              place,
              npz.header(names.images()),
              () -> npz.read(names.images(), Levels::ends),
              range);
      ImageArray images = npz.read(names.images(), in -> ImageArray.read(place, in, levels));
      if (names.labels().isEmpty()) {
        return unlabelled(images);
      }
      String name = names.labels().get();
      ImageLabels labels = ImageLabels.read(place(path, name), npz, name, images.count());
      return new NpzDataset(
          images,
          labels.labels(),
          IntStream.range(0, labels.classes()).mapToObj(Integer::toString).toList());
    }
  }

  private static String place(Path path, String array) {
    return "%s, array %s".formatted(path, array);
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
      super("npz", List.of(), "path", "float-range");
    }

    @Override
    public Optional<String> requiredPath() {
      return Optional.of("the file");
    }

    @Override
    public Dataset open(
        DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
      return NpzDataset.open(path(settings), settings.floatRange());
    }

    @Override
    public boolean isAt(Path path) throws IOException {
      if (!ZipArchive.isOne(path)) {
        return FileStart.is(path, "\u0093NUMPY")
            || (Files.isRegularFile(path) && path.toString().endsWith(".npz"));
      }
      try (NpzReader npz = new NpzReader(path)) {
        return !npz.names().isEmpty();
      } catch (NpyException e) {
        return path.toString().endsWith(".npz");
      }
    }
  }
}
