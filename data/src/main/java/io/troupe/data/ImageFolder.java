package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.ClassOrder;
import io.troupe.data.fetch.CacheFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The image files of a folder, cropped and resized to squares of one size.
 *
 * <p>Each sub-folder with such files is a class; a folder that holds files itself is one class.
 * Classes, and the files of a class, are in the order of their names; hidden ones do not count.
 * Opening lists the names only: a file is decoded when it is read, and kept if there is memory for
 * all. A file that cannot be decoded, or is gone, is replaced by the next one of its class that can
 * be, for as long as the dataset is open. Thread-safe.
 */
public final class ImageFolder extends FolderDataset {
  /**
   * How a folder is read.
   *
   * @param side of the squares, in pixels
   * @param cacheBytes memory for decoded images; if all do not fit, none is kept
   * @param upright whether images are rotated as their EXIF orientation says
   * @param patience how long the folder may be away before that is an error
   * @param order of the classes
   */
  public record Reading(
      int side, long cacheBytes, boolean upright, Duration patience, ClassOrder order) {}

  private static final String REMEDY = "Set dataset.path to ";

  private final Reading reading;
  private final Consumer<String> notes;
  private final Absence absence;
  private final AtomicReferenceArray<byte[]> decoded;
  private final Set<Integer> unusable = ConcurrentHashMap.newKeySet();

  private ImageFolder(
      FolderListing listing, Reading reading, LongSupplier nanos, Consumer<String> notes) {
    super(listing);
    this.reading = reading;
    this.notes = notes;
    absence = new Absence(listing, reading.patience(), nanos, notes);
    boolean fits = (long) listing.size() * imageBytes() <= reading.cacheBytes();
    decoded = new AtomicReferenceArray<>(fits ? listing.size() : 0);
  }

  /**
   * Lists a folder.
   *
   * @param notes is told what is left out, once about each file that is replaced by another, and
   *     when the folder becomes unreadable and readable again; from any thread
   * @throws DatasetException if there is no such folder, or it holds no images, or both images and
   *     sub-folders of them
   */
  public static ImageFolder open(Path path, Reading reading, Consumer<String> notes) {
    return open(path, reading, System::nanoTime, notes);
  }

  /** As {@link #open(Path, Reading, Consumer)}, with another clock. */
  static ImageFolder open(Path path, Reading reading, LongSupplier nanos, Consumer<String> notes) {
    FolderListing listing = FolderListing.of(path, REMEDY, reading.order());
    listing.leftOut().ifPresent(notes);
    listing.orderNote().ifPresent(notes);
    return new ImageFolder(listing, reading, nanos, notes);
  }

  private int imageBytes() {
    return 3 * reading.side() * reading.side();
  }

  @Override
  public int height() {
    return reading.side();
  }

  @Override
  public int width() {
    return reading.side();
  }

  /**
   * {@inheritDoc}
   *
   * @throws DatasetAwayException if a file cannot be read now
   * @throws DatasetException if none of its class can be read and decoded
   */
  @Override
  public void read(int index, byte[] target) {
    int label = label(index);
    Objects.checkFromIndexSize(0, imageBytes(), target.length);
    int first = listing().first(label);
    int count = listing().count(label);
    for (int i = 0; i < count; i++) {
      int candidate = first + (index - first + i) % count;
      if (!unusable.contains(candidate) && tryRead(candidate, target)) {
        return;
      }
    }
    throw new DatasetException(
        "%s: none of its %d pictures can be used; the log names them. Replace them or remove them"
            .formatted(listing().folder(label), count));
  }

  private boolean tryRead(int index, byte[] target) {
    byte[] square = decoded.length() > 0 ? decoded.get(index) : null;
    if (square == null) {
      try {
        square =
            CenterSquare.of(
                ImageFile.read(listing().file(index), reading.upright()), reading.side());
      } catch (ImageException e) {
        replace(index, e.getMessage());
        return false;
      } catch (IOException e) {
        absence.missed(index, e);
        replace(index, "cannot be read: " + e);
        return false;
      }
      absence.found(index);
      if (decoded.length() > 0) {
        decoded.set(index, square);
      }
    }
    System.arraycopy(square, 0, target, 0, square.length);
    return true;
  }

  private void replace(int index, String why) {
    if (unusable.add(index)) {
      notes.accept(
          "%s: %s; the next picture of its class stands in (%d so far)"
              .formatted(listing().file(index), why, unusable.size()));
    }
  }

  /** What settings know of it. */
  static final class Format extends DatasetFormat {
    Format() {
      super(
          "image-folder",
          List.of(),
          "path",
          "size",
          "cache-mb",
          "class-order",
          "upright",
          "patience");
    }

    @Override
    public Optional<String> requiredPath() {
      return Optional.of("the folder");
    }

    @Override
    public Dataset open(
        RunSettings.Dataset settings, long seed, CacheFolder cache, Consumer<String> notes) {
      return ImageFolder.open(
          path(settings),
          new Reading(
              settings.size(),
              (long) settings.cacheMb() << 20,
              settings.upright(),
              Duration.ofSeconds(settings.patience()),
              settings.classOrder()),
          notes);
    }

    @Override
    public boolean isAt(Path path) throws IOException {
      return Files.isDirectory(path) && holdsImages(path, true);
    }

    /** Whether there is an image in the folder or, for classes, in a folder in it. */
    private static boolean holdsImages(Path folder, boolean deeper) throws IOException {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString().toLowerCase(Locale.ROOT);
          boolean found =
              Files.isDirectory(entry)
                  ? deeper && holdsImages(entry, false)
                  : name.matches(".*\\.(png|jpg|jpeg|jpe|bmp|gif|webp)");
          if (found) {
            return true;
          }
        }
        return false;
      }
    }
  }
}
