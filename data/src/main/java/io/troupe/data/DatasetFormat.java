package io.troupe.data;

import io.troupe.config.DatasetChoice;
import io.troupe.config.DatasetSettings;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.data.fetch.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A kind of dataset: what settings it reads, how its files are recognised, and how it is opened.
 */
public abstract class DatasetFormat implements DatasetChoice {
  private final String name;
  private final List<String> classNames;
  private final Set<String> settings;

  /**
   * A kind of dataset.
   *
   * @param name as settings have it, in kebab-case
   * @param classNames by label; empty if they depend on the files
   * @param settings the keys of the section dataset that it reads besides kind
   */
  protected DatasetFormat(String name, List<String> classNames, String... settings) {
    this.name = name;
    this.classNames = List.copyOf(classNames);
    this.settings = Set.of(settings);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<String> settings() {
    return settings;
  }

  /**
   * Opens a dataset.
   *
   * @param seed the run's seed, for procedural datasets
   * @param cache where 'troupe fetch' keeps downloads
   * @param report is told of images that are left out or replaced
   * @throws DatasetException if the files are missing, damaged or not of this kind
   */
  public abstract Dataset open(
      DatasetSettings settings, long seed, CacheFolder cache, DatasetReport report);

  /**
   * Its image files, if it consists of such.
   *
   * @throws DatasetException as {@link #open}
   */
  Optional<ImageListing> listing(DatasetSettings settings) {
    return Optional.empty();
  }

  /** Names of the classes, by label, without opening it; empty if they depend on its files. */
  public List<String> classNames(DatasetSettings chosen) {
    return classNames;
  }

  /**
   * Whether a file or folder that is there looks like such a dataset. A few bytes or names have to
   * suffice: nothing is opened.
   */
  public boolean isAt(Path path) throws IOException {
    return false;
  }

  /** The file that 'troupe fetch' downloads for it. */
  public Optional<RemoteFile> download() {
    return Optional.empty();
  }

  /**
   * The path that is set.
   *
   * @throws DatasetException if none is
   */
  protected static Path path(DatasetSettings settings) {
    return settings
        .path()
        .orElseThrow(() -> new DatasetException("dataset.path is not set; give it with --data"));
  }
}
