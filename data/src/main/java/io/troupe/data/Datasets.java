package io.troupe.data;

import io.troupe.config.RunSettings;

/** Opens the dataset that a run's settings name. */
public final class Datasets {
  private Datasets() {}

  /**
   * Opens a dataset; CIFAR-100 is read into memory, shapes are drawn when they are read.
   *
   * @param seed the run's seed; only procedural datasets depend on it
   * @throws DatasetException if the files are missing, damaged or not what they should be
   */
  public static Dataset open(RunSettings.Dataset settings, long seed) {
    return switch (settings.kind()) {
      case SHAPES -> new Shapes(seed, settings.split(), settings.images());
      case CIFAR100 ->
          Cifar100.open(
              settings
                  .path()
                  .orElseThrow(
                      () ->
                          new DatasetException(
                              "dataset.path is not set: CIFAR-100 needs the path of "
                                  + Cifar100Source.WANTED)),
              settings.split(),
              settings.labels());
    };
  }
}
