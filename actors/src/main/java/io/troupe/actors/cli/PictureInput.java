package io.troupe.actors.cli;

import io.troupe.config.DatasetSettings.Labels;
import io.troupe.config.DatasetSettings.Split;
import io.troupe.data.Cifar10;
import io.troupe.data.Cifar100;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.data.NpzDataset;
import io.troupe.data.SquareImages;
import io.troupe.data.Squares;
import io.troupe.metrics.GaussianStatistics;
import io.troupe.metrics.StatisticsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Pictures, or statistics of pictures, that a command names.
 *
 * @param name as it was given
 * @param pictures none if there are only statistics
 * @param split which part of a CIFAR dataset
 * @param statistics none if there are pictures
 */
record PictureInput(
    String name,
    Optional<Dataset> pictures,
    Optional<String> split,
    Optional<GaussianStatistics> statistics) {
  /** What can be given, for help. */
  static final String PICTURES =
      "a folder of picture files, whose sub-folders are classes, all of one size or with --resize;"
          + " a zip archive of them, also with StyleGAN's dataset.json; a .csv file of names and"
          + " labels; an .npz file with images, uint8 or floats, [N, height, width, 3] or grey, and"
          + " labels, if there are any, or an .npy file of images; IDX files as of MNIST; or CIFAR's"
          + " binary version, as archive or folder, with #train or #test behind it";

  /**
   * Opens what a text names.
   *
   * @param options how pictures are read
   * @param screen hears what of a dataset is left out
   * @throws CliException if there is no such thing
   * @throws io.troupe.data.DatasetException if the pictures cannot be used
   */
  static PictureInput open(String name, PictureOptions options, PrintWriter screen)
      throws CliException {
    Optional<Squares> squares = options.squares();
    for (Split split : Split.values()) {
      String suffix = "#" + split.name().toLowerCase(Locale.ROOT);
      if (name.endsWith(suffix)) {
        Path path = Path.of(name.substring(0, name.length() - suffix.length()));
        return pictures(
            name, scaled(cifar(path, split), squares), Optional.of(suffix.substring(1)));
      }
    }
    Path path = Path.of(name);
    if (!Files.exists(path)) {
      throw new CliException(
          "%s: there is no such file or folder; name %s".formatted(name, PICTURES));
    }
    if (name.endsWith(".npy")) {
      return pictures(name, scaled(NpzDataset.open(path), squares), Optional.empty());
    }
    Optional<String> kind = Datasets.kindAt(path);
    if (kind.isEmpty()) {
      throw new CliException(
          "%s: no pictures that can be read; name %s. Of a CIFAR archive name the part, %s#test"
              .formatted(name, PICTURES, name));
    }
    if (kind.get().startsWith("cifar")) {
      throw new CliException(
          "%s: of a CIFAR archive or folder name the part, %s#test".formatted(name, name));
    }
    try {
      return kind.get().equals("npz") && StatisticsFile.holdsStatistics(path)
          ? new PictureInput(
              name, Optional.empty(), Optional.empty(), Optional.of(StatisticsFile.read(path)))
          : pictures(
              name,
              Datasets.openAsTheyAre(options.settings(kind.get(), path), squares, screen::println),
              Optional.empty());
    } catch (IOException e) {
      throw new CliException(e.getMessage());
    }
  }

  private static Dataset scaled(Dataset dataset, Optional<Squares> squares) {
    return squares.isEmpty() ? dataset : new SquareImages(dataset, squares.get());
  }

  private static PictureInput pictures(String name, Dataset dataset, Optional<String> split) {
    return new PictureInput(name, Optional.of(dataset), split, Optional.empty());
  }

  /** CIFAR-10 where file names say so, else CIFAR-100 with its superclasses. */
  private static Dataset cifar(Path path, Split split) {
    boolean ten =
        String.valueOf(path.getFileName()).startsWith("cifar-10-")
            || Files.exists(path.resolve("data_batch_1.bin"))
            || Files.exists(path.resolve("cifar-10-batches-bin"));
    return ten ? Cifar10.open(path, split) : Cifar100.open(path, split, Labels.SUPERCLASS);
  }

  /** The pictures, where statistics will not do. */
  Dataset requirePictures(String why) throws CliException {
    return pictures.orElseThrow(
        () ->
            new CliException(
                "%s: the file holds statistics only, but %s needs pictures".formatted(name, why)));
  }
}
