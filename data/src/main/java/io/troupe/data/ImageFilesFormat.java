package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.data.fetch.CacheFolder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A kind of dataset that consists of image files. Kinds differ in how files get their labels. */
abstract class ImageFilesFormat extends DatasetFormat {
  private final String requiredPath;

  /**
   * A kind of dataset.
   *
   * @param requiredPath what dataset.path has to name, e.g. "the folder"
   * @param settings the keys that it reads besides those that say how files are read
   */
  ImageFilesFormat(String name, String requiredPath, String... settings) {
    super(
        name,
        List.of(),
        Stream.concat(ImageFiles.SETTINGS.stream(), Stream.of(settings)).toArray(String[]::new));
    this.requiredPath = requiredPath;
  }

  @Override
  public final Optional<String> requiredPath() {
    return Optional.of(requiredPath);
  }

  @Override
  public final Dataset open(
      DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report) {
    return ImageFiles.open(() -> files(settings), settings, cache, report);
  }

  @Override
  final Optional<ImageListing> listing(DatasetSettings settings) {
    return Optional.of(files(settings));
  }

  /**
   * The files and their classes.
   *
   * @throws DatasetException if there are none, or labels are missing or damaged
   */
  abstract ImageListing files(DatasetSettings settings);
}
