package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.Parts;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import io.troupe.data.fetch.RemoteFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds, fetches and opens datasets of every kind there is. */
public final class Datasets {
  private static final Logger LOG = LoggerFactory.getLogger(Datasets.class);

  private Datasets() {}

  /**
   * Opens the dataset that a run's settings name. CIFAR and .npz files are read into memory; shapes
   * are drawn and the files of an image folder decoded when they are read. CIFAR without a path is
   * taken from the user's cache folder.
   *
   * @param seed the run's seed; only procedural datasets depend on it
   * @param report is told of images that are left out or replaced
   * @throws DatasetException if the files are missing, damaged or not what they should be
   */
  public static Dataset open(DatasetSettings settings, long seed, DatasetReport report) {
    return open(settings, seed, CacheFolder.ofUser(), report);
  }

  /** As {@link #open(DatasetSettings, long, DatasetReport)}; notes go to the log. */
  public static Dataset open(DatasetSettings settings, long seed) {
    return open(settings, seed, LOG::warn);
  }

  /**
   * Opens a dataset to look at each image once: image files are decoded when they are read, not
   * kept, and stay as they are, or become such squares as are asked for. All must be of one size
   * then, and decodable.
   *
   * @param squares what images become; empty to leave them as they are
   * @throws DatasetException as {@link #open(DatasetSettings, long, DatasetReport)}
   */
  public static Dataset openAsTheyAre(
      DatasetSettings settings, Optional<Squares> squares, DatasetReport report) {
    Optional<ImageListing> listing = format(settings).listing(settings);
    if (listing.isPresent()) {
      listing.get().notes().forEach(report::note);
      return EqualSizeImages.open(listing.get(), settings, squares);
    }
    Dataset dataset = open(settings, 0, report);
    return squares.isEmpty() ? dataset : new SquareImages(dataset, squares.get());
  }

  /** As {@link #open(DatasetSettings, long, DatasetReport)}, with downloads in this folder. */
  static Dataset open(
      DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
    Dataset whole = format(settings).open(settings, seed, cache, report);
    Dataset dataset = settings.labels() == Labels.NONE ? new OneClass(whole) : whole;
    return settings.channels() == 0 ? dataset : OtherChannels.of(dataset, settings.channels());
  }

  /**
   * Names of a dataset's classes, by label, without opening it; empty if they depend on its files.
   */
  public static List<String> classNames(DatasetSettings settings) {
    return settings.labels() == Labels.NONE
        ? OneClass.NAMES
        : format(settings).classNames(settings);
  }

  /** The side of a dataset's images in pixels, if settings choose it; else its files have it. */
  public static Optional<Integer> side(DatasetSettings settings) {
    return format(settings).settings().contains("size")
        ? Optional.of(settings.size())
        : Optional.empty();
  }

  /**
   * The name of the kind of dataset at a path; empty if it is not clear, or nothing is there.
   *
   * @throws DatasetException if there is no permission to read it
   */
  public static Optional<String> kindAt(Path path) {
    try {
      for (DatasetFormat format : Files.exists(path) ? formats() : List.<DatasetFormat>of()) {
        if (format.isAt(path)) {
          return Optional.of(format.name());
        }
      }
    } catch (AccessDeniedException e) {
      throw new DatasetException("%s: cannot be read: %s".formatted(path, IoReason.of(e)), e);
    } catch (IOException | DirectoryIteratorException e) {
      // Opening the dataset will say so.
      return Optional.empty();
    }
    // Of a folder without images, opening it says what is wrong with it.
    return Files.isDirectory(path) ? Optional.of(new ImageFolder().name()) : Optional.empty();
  }

  /** All that 'troupe fetch' can download, in the order in which it is listed. */
  public static List<RemoteFile> downloads() {
    return Stream.concat(
            formats().stream().flatMap(format -> format.download().stream()),
            RemoteFiles.WEIGHTS.stream())
        .toList();
  }

  private static List<DatasetFormat> formats() {
    return Parts.datasets().stream().map(DatasetFormat.class::cast).toList();
  }

  static DatasetFormat format(DatasetSettings settings) {
    return formats().stream()
        .filter(format -> format.name().equals(settings.kind()))
        .findFirst()
        .orElseThrow();
  }
}
