package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps decoded images in files, one for each set of image files and each way to read them, which
 * all runs share. What cannot be kept is said, and the images are decoded when they are needed.
 */
final class ImageCache {
  private static final Logger LOG = LoggerFactory.getLogger(ImageCache.class);

  /** Another one when images are decoded to other pixels. */
  private static final String VERSION = "troupe pictures 1";

  private static final int NOTE_BYTES = 1 << 20;
  private static final int MOST_NOTES = 1000;

  /** Of at most four bytes a character, so that all fit. */
  private static final int MOST_NOTE_LENGTH = 250;

  private static final long SPARE_BYTES = 64L << 20;
  private static final int LOG_SECONDS = 10;
  private static final Duration LONG = Duration.ofSeconds(30);

  /** Locks of files are between processes; these are between the threads of this one. */
  private static final Map<Path, Object> LOCKS = new ConcurrentHashMap<>();

  private final Path folder;
  private final DatasetReport report;
  private final Consumer<String> notes;

  /**
   * Files in a folder, which need not exist.
   *
   * @param report is told what cannot be kept, or is damaged, and how far decoding is; from any
   *     thread
   */
  ImageCache(Path folder, DatasetReport report) {
    this.folder = folder;
    this.report = report;
    notes = report::note;
  }

  /**
   * The images of a listing, from a file, which is made now if it is not there.
   *
   * @param lister lists again, if a file is damaged later
   * @param channels that are kept: 3, or 1 of grey images
   * @throws DatasetException if a class has no image that can be decoded
   */
  Dataset open(
      ImageListing listing,
      Supplier<ImageListing> lister,
      ImageFiles.Reading reading,
      int channels) {
    Path file = folder.resolve(name(listing, reading, channels));
    Supplier<Dataset> files =
        () ->
            OtherChannels.of(
                new ImageFiles(lister.get(), reading, System::nanoTime, notes), channels);
    Optional<CacheFile> known = known(file, reason -> {});
    if (known.isPresent()) {
      return told(known.get(), files);
    }
    synchronized (LOCKS.computeIfAbsent(file, key -> new Object())) {
      try {
        Files.createDirectories(folder);
        try (FileChannel channel =
                FileChannel.open(
                    folder.resolve(file.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = lock(channel, file)) {
          LOG.debug("{}: locked, {}", file, lock);
          known = known(file, notes);
          if (known.isPresent()) {
            return told(known.get(), files);
          }
          return make(file, listing, reading, channels, files);
        }
      } catch (IOException e) {
        return without(file, listing, reading, IoReason.of(e));
      }
    }
  }

  /** Waits while another process decodes these images. */
  private FileLock lock(FileChannel channel, Path file) throws IOException {
    FileLock lock = channel.tryLock();
    for (long seconds = 0; lock == null; seconds++) {
      String text =
          "another process decodes these pictures; waiting for it, %d s".formatted(seconds);
      report.progress(text);
      if (seconds % LOG_SECONDS == 0) {
        LOG.info("{}: {}", file, text);
      }
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      lock = channel.tryLock();
    }
    return lock;
  }

  /** A file that is there and good. */
  private static Optional<CacheFile> known(Path file, Consumer<String> notes) {
    try {
      return Optional.of(CacheFile.open(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      notes.accept("%s: %s; the cache is made anew".formatted(file, IoReason.of(e)));
      return Optional.empty();
    }
  }

  private Dataset told(CacheFile file, Supplier<Dataset> files) {
    LOG.info("{}: {} decoded pictures", file.path(), file.count());
    file.notes().forEach(notes);
    if (!file.notes().isEmpty()) {
      notes.accept(
          "%s: so it was when the pictures were decoded; remove this cache to try again"
              .formatted(file.path()));
    }
    return new CachedImages(file, files, notes);
  }

  private Dataset without(
      Path file, ImageListing listing, ImageFiles.Reading reading, String reason) {
    notes.accept(
        "%s: decoded pictures cannot be kept: %s; each is decoded when it is needed"
            .formatted(file, reason));
    return new ImageFiles(listing, reading, System::nanoTime, notes);
  }

  private Dataset make(
      Path file,
      ImageListing listing,
      ImageFiles.Reading reading,
      int channels,
      Supplier<Dataset> files)
      throws IOException {
    int[] labels = IntStream.range(0, listing.size()).map(listing::label).toArray();
    CacheContent content =
        new CacheContent(
            reading.squares().side(), channels, labels, listing.classNames(), List.of());
    long needed = content.fileBytes() + NOTE_BYTES;
    Path begun = folder.resolve(file.getFileName() + ".part");
    long free =
        Files.getFileStore(folder).getUsableSpace() + (Files.exists(begun) ? Files.size(begun) : 0);
    if (needed + SPARE_BYTES > free) {
      return without(
          file,
          listing,
          reading,
          "that takes %d MiB, and %d MiB are free".formatted(needed >> 20, free >> 20));
    }
    List<String> heard = new CopyOnWriteArrayList<>();
    ImageFiles decoded =
        new ImageFiles(
            listing,
            reading.withoutMemory(),
            System::nanoTime,
            note -> {
              heard.add(note);
              notes.accept(note);
            });
    long start = System.nanoTime();
    try (CacheWriter writer = new CacheWriter(begun, content, NOTE_BYTES)) {
      int count =
          new Decoding(
                  OtherChannels.of(decoded, channels),
                  target(decoded, writer),
                  report::progress,
                  System::nanoTime)
              .run();
      // What was not there before either has its part in the file's name.
      boolean changed =
          decoded.gone() && !file.equals(folder.resolve(name(listing, reading, channels)));
      if (decoded.lost() || changed) {
        notes.accept(
            "%s: not kept, as files could not be read; each picture is decoded when it is needed"
                .formatted(file));
        return decoded;
      }
      writer.end(
          heard.stream()
              .limit(MOST_NOTES)
              .map(note -> note.substring(0, Math.min(MOST_NOTE_LENGTH, note.length())))
              .toList());
      AtomicFile.move(begun, file);
      tell(file, listing.size(), count, Duration.ofNanos(System.nanoTime() - start));
      return new CachedImages(CacheFile.open(file), files, notes);
    } finally {
      Files.deleteIfExists(begun);
    }
  }

  /** Images that another stands in for are decoded again after a break, so that all are told. */
  private static Decoding.Target target(ImageFiles decoded, CacheWriter writer) {
    return new Decoding.Target() {
      @Override
      public boolean has(int index, byte[] image) throws IOException {
        return writer.has(index, image);
      }

      @Override
      public void write(int index, byte[] image) throws IOException {
        writer.write(index, image, !decoded.isReplaced(index));
      }
    };
  }

  private void tell(Path file, int images, int decoded, Duration time) throws IOException {
    String earlier =
        decoded == images
            ? ""
            : ", %d of them before the last start broke off".formatted(images - decoded);
    String text =
        "%s: %d pictures decoded%s, in %d s, %d MiB"
            .formatted(file, images, earlier, time.toSeconds(), Files.size(file) >> 20);
    LOG.info(text);
    if (time.compareTo(LONG) > 0) {
      // A start that took so long is accounted for.
      notes.accept(text);
    }
  }

  /** A name that tells which files were read, as they are now, and how. */
  static String name(ImageListing listing, ImageFiles.Reading reading, int channels) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    add(digest, VERSION);
    add(digest, reading.squares() + " " + reading.upright() + (channels == 1 ? " grey" : ""));
    try {
      add(digest, listing.root().place());
    } catch (IOException e) {
      throw new DatasetException(
          "%s: cannot be read: %s".formatted(listing.root(), IoReason.of(e)), e);
    }
    listing.classNames().forEach(name -> add(digest, name));
    for (int i = 0; i < listing.size(); i++) {
      FileEntry file = listing.file(i);
      add(digest, listing.label(i) + " " + file);
      try {
        add(digest, file.version());
      } catch (IOException e) {
        add(digest, "cannot be read");
      }
    }
    String key = HexFormat.of().formatHex(digest.digest(), 0, 16);
    return "%s-%d-%s.pictures"
        .formatted(
            listing.root().name().replaceAll("[^A-Za-z0-9._-]", "_"),
            reading.squares().side(),
            key);
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(UTF_8));
    digest.update((byte) 0);
  }
}
