package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.data.fetch.CacheFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the dataset that a run's settings name. */
public final class Datasets {
  private static final Logger LOG = LoggerFactory.getLogger(Datasets.class);

  private Datasets() {}

  /**
   * Opens a dataset. CIFAR and .npz files are read into memory; shapes are drawn and the files of
   * an image folder decoded when they are read. CIFAR without a path is taken from the user's cache
   * folder.
   *
   * @param seed the run's seed; only procedural datasets depend on it
   * @param notes hears of pictures that are left out or replaced; from any thread
   * @throws DatasetException if the files are missing, damaged or not what they should be
   */
  public static Dataset open(RunSettings.Dataset settings, long seed, Consumer<String> notes) {
    return open(settings, seed, CacheFolder.ofUser(), notes);
  }

  /** As {@link #open(RunSettings.Dataset, long, Consumer)}; the log hears. */
  public static Dataset open(RunSettings.Dataset settings, long seed) {
    return open(settings, seed, LOG::warn);
  }

  /** As {@link #open(RunSettings.Dataset, long, Consumer)}, with downloads in this folder. */
  static Dataset open(
      RunSettings.Dataset settings, long seed, CacheFolder cache, Consumer<String> notes) {
    return switch (settings.kind()) {
      case SHAPES -> new Shapes(seed, settings.split(), settings.images());
      case CIFAR100 ->
          Cifar100.open(
              Cifar100.ARCHIVE.locate(settings.path(), cache), settings.split(), settings.labels());
      case CIFAR10 ->
          Cifar10.open(Cifar10.ARCHIVE.locate(settings.path(), cache), settings.split());
      case IMAGE_FOLDER ->
          ImageFolder.open(
              path(settings),
              new ImageFolder.Reading(
                  settings.size(),
                  (long) settings.cacheMb() << 20,
                  settings.upright(),
                  Duration.ofSeconds(settings.patience()),
                  settings.classOrder()),
              notes);
      case NPZ -> NpzPictures.open(path(settings));
    };
  }

  /**
   * Names of a dataset's classes, by label, without opening it; empty if they depend on its files.
   */
  public static List<String> classNames(RunSettings.Dataset settings) {
    return switch (settings.kind()) {
      case SHAPES -> Shapes.CLASS_NAMES;
      case CIFAR100 -> Cifar100Classes.of(settings.labels());
      case CIFAR10 -> Cifar10.CLASS_NAMES;
      case IMAGE_FOLDER, NPZ -> List.of();
    };
  }

  private static Path path(RunSettings.Dataset settings) {
    return settings
        .path()
        .orElseThrow(() -> new DatasetException("dataset.path is not set; give it with --data"));
  }
}
