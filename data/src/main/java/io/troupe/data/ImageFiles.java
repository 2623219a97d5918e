package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Cache;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Image files, made squares of one size.
 *
 * <p>Opening lists the names only: a file is decoded when it is read, and kept if there is memory
 * for all. A file that cannot be decoded, or is gone, is replaced by the next one of its class that
 * can be, for as long as the dataset is open. Thread-safe.
 */
final class ImageFiles extends ListedImages {
  /**
   * How files are read.
   *
   * @param squares what they become
   * @param cacheBytes memory for decoded images; if all do not fit, none is kept
   * @param upright whether images are rotated as their EXIF orientation says
   * @param patience how long files may be away before that is an error
   */
  record Reading(Squares squares, long cacheBytes, boolean upright, Duration patience) {
    /** The same, with nothing kept in memory. */
    Reading withoutMemory() {
      return new Reading(squares, 0, upright, patience);
    }

    /** As settings say. */
    static Reading of(DatasetSettings settings) {
      return new Reading(
          new Squares(settings.size(), settings.fit(), settings.filter()),
          (long) settings.cacheMb() << 20,
          settings.upright(),
          Duration.ofSeconds(settings.patience()));
    }
  }

  /**
   * The files of a listing, decoded or to be decoded, as settings say.
   *
   * @param lister lists them, now and if they have to be read again
   * @param cache below which decoded images are kept
   * @param report is told what is left out or replaced, and how far decoding is
   */
  static Dataset open(
      Supplier<ImageListing> lister,
      DatasetSettings settings,
      CacheFolder cache,
      DatasetReport report) {
    ImageListing listing = lister.get();
    listing.notes().forEach(report::note);
    Reading reading = Reading.of(settings);
    return settings.cache() == Cache.DISK
        ? new ImageCache(cache.root().resolve("pictures"), report)
            .open(listing, lister, reading, settings.channels() == 1 ? 1 : 3)
        : new ImageFiles(listing, reading, System::nanoTime, report::note);
  }

  /** The keys of the section dataset that say how files are read. */
  static final List<String> SETTINGS =
      List.of("path", "size", "fit", "filter", "cache", "cache-mb", "upright", "patience");

  private final Reading reading;
  private final Consumer<String> notes;
  private final Absence absence;
  private final AtomicReferenceArray<byte[]> decoded;
  private final Set<Integer> unusable = ConcurrentHashMap.newKeySet();
  private volatile boolean lost;
  private volatile boolean gone;

  /**
   * The files of a listing.
   *
   * @param nanos a clock
   * @param notes is told once about each file that is replaced by another, and when the folder
   *     becomes unreadable and readable again; from any thread
   */
  ImageFiles(ImageListing listing, Reading reading, LongSupplier nanos, Consumer<String> notes) {
    super(listing, reading.squares().side(), reading.squares().side());
    this.reading = reading;
    this.notes = notes;
    absence = new Absence(listing, reading.patience(), nanos, notes);
    boolean fits = (long) listing.size() * imageBytes() <= reading.cacheBytes();
    decoded = new AtomicReferenceArray<>(fits ? listing.size() : 0);
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
            .formatted(listing().place(label), count));
  }

  private boolean tryRead(int index, byte[] target) {
    byte[] square = decoded.length() > 0 ? decoded.get(index) : null;
    if (square == null) {
      try {
        square = reading.squares().of(ImageFile.read(listing().file(index), reading.upright()));
      } catch (ImageException e) {
        replace(index, e.getMessage());
        return false;
      } catch (IOException e) {
        absence.missed(index, e);
        if (Absence.isGone(e)) {
          gone = true;
        } else {
          lost = true;
        }
        replace(index, "cannot be read: " + IoReason.of(e));
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

  /** Whether another file stands in for this one, as far as is known. */
  boolean isReplaced(int index) {
    return unusable.contains(index);
  }

  /** Whether a file was replaced that could not be read, and may be readable another time. */
  boolean lost() {
    return lost;
  }

  /** Whether a file was replaced that is not there, or that there is no permission for. */
  boolean gone() {
    return gone;
  }

  private void replace(int index, String why) {
    if (unusable.add(index)) {
      notes.accept(
          "%s: %s; the next picture of its class stands in (%d so far)"
              .formatted(listing().file(index), why, unusable.size()));
    }
  }
}
