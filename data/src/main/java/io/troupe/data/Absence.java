package io.troupe.data;

import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Judges files that cannot be read. If no other file of the class can be read either, the folder is
 * away: it is waited for, so that what a step sees does not depend on when that happened. Else the
 * file alone is gone, at once if the file system says that it is not there, and after the same
 * patience if it says something else. Thread-safe.
 */
final class Absence {
  /** How long a file is looked for that is said not to be there: others may be replacing it. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final int PROBES = 16;

  private final ImageListing listing;
  private final Duration patience;
  private final LongSupplier nanos;
  private final Consumer<String> notes;
  private final Map<Integer, Long> missingSince = new ConcurrentHashMap<>();
  private final Map<FileEntry, Long> awaySince = new ConcurrentHashMap<>();

  /**
   * Of a folder.
   *
   * @param patience how long it may be away
   * @param nanos a clock
   * @param notes hears when it goes and comes back
   */
  Absence(ImageListing listing, Duration patience, LongSupplier nanos, Consumer<String> notes) {
    this.listing = listing;
    this.patience = patience;
    this.nanos = nanos;
    this.notes = notes;
  }

  /** A file was read. */
  void found(int index) {
    if (!missingSince.isEmpty()) {
      missingSince.remove(index);
    }
    if (!awaySince.isEmpty()) {
      back(listing.place(listing.label(index)));
    }
  }

  /**
   * A file could not be read. Returns if it is gone for good.
   *
   * @throws DatasetAwayException if it is to be looked for again
   * @throws DatasetException if its folder has been away for too long
   */
  void missed(int index, IOException cause) {
    FileEntry file = listing.file(index);
    FileEntry folder = listing.place(listing.label(index));
    long now = nanos.getAsLong();
    if (!isThere(index)) {
      missingSince.remove(index);
      awaitFolder(folder, file, cause, now);
    }
    back(folder);
    Duration limit = isGone(cause) && LOOK.compareTo(patience) < 0 ? LOOK : patience;
    Long known = missingSince.putIfAbsent(index, now);
    if (now - (known == null ? now : known) < limit.toNanos()) {
      throw new DatasetAwayException(
          "%s: cannot be read: %s".formatted(file, IoReason.of(cause)), cause);
    }
    missingSince.remove(index);
  }

  private void awaitFolder(FileEntry folder, FileEntry file, IOException cause, long now) {
    Long known = awaySince.putIfAbsent(folder, now);
    if (known == null) {
      notes.accept(
          "%s: cannot be read: %s; nor can other pictures of its folder. Waiting up to %d s for it"
              .formatted(file, IoReason.of(cause), patience.toSeconds()));
    }
    if (now - (known == null ? now : known) < patience.toNanos()) {
      throw new DatasetAwayException(
          "%s: cannot be read: %s".formatted(file, IoReason.of(cause)), cause);
    }
    awaySince.remove(folder);
    throw new DatasetException(
        ("%s: cannot be read: %s; nor can other pictures of its folder, for %d s (dataset.patience)."
                + " Bring the folder back and start the run again, it goes on from its last checkpoint")
            .formatted(file, IoReason.of(cause), patience.toSeconds()),
        cause);
  }

  private void back(FileEntry folder) {
    Long since = awaySince.remove(folder);
    if (since != null) {
      notes.accept(
          "%s: there again after %d s"
              .formatted(folder, Duration.ofNanos(nanos.getAsLong() - since).toSeconds()));
    }
  }

  /** Whether some other image of the class can be read, or, if it is the only one, its folder. */
  private boolean isThere(int index) {
    int label = listing.label(index);
    int first = listing.first(label);
    int count = listing.count(label);
    if (count == 1) {
      return listing.place(label).isReadable();
    }
    for (int i = 1; i <= Math.min(PROBES, count - 1); i++) {
      // Neighbours, as those are what stands in.
      if (listing.file(first + (index - first + i) % count).isReadable()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the file system says that a file is not there, or that there is no permission. */
  static boolean isGone(IOException cause) {
    return cause instanceof NoSuchFileException || cause instanceof AccessDeniedException;
  }
}
