package io.troupe.data;

import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.ClassOrder;
import io.troupe.data.fetch.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder of image files; its sub-folders are classes, and what is below these belongs to them.
 */
final class ImageFolder extends DatasetFormat {
  private static final String REMEDY = "Set dataset.path to ";

  ImageFolder() {
    super(
        "image-folder",
        List.of(),
        Stream.concat(ImageFiles.SETTINGS.stream(), Stream.of("class-order", "nested"))
            .toArray(String[]::new));
  }

  @Override
  public Optional<String> requiredPath() {
    return Optional.of("the folder");
  }

  @Override
  public Dataset open(
      RunSettings.Dataset settings, long seed, CacheFolder cache, Consumer<String> notes) {
    return ImageFiles.open(() -> listed(settings), settings, cache, notes);
  }

  @Override
  Optional<ImageListing> listing(RunSettings.Dataset settings) {
    return Optional.of(listed(settings));
  }

  private static ImageListing listed(RunSettings.Dataset settings) {
    return list(path(settings), settings.nested(), settings.classOrder(), REMEDY);
  }

  /**
   * Lists a folder.
   *
   * @param nested whether images deeper in a class's folder belong to the class
   * @param remedy the start of a sentence that ends with what is wanted
   * @throws DatasetException if there is no such folder, or it holds no images, or both images and
   *     sub-folders of them
   */
  static ImageListing list(Path path, boolean nested, ClassOrder order, String remedy) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "%s: %s. %s%s%s"
              .formatted(
                  path,
                  Files.exists(path) ? "a file, expected a folder" : "there is no such folder",
                  remedy,
                  ClassFolders.WANTED,
                  path.toString().indexOf('\uFFFD') < 0
                      ? ""
                      : ". The name as given is not in UTF-8, so that it cannot be found; rename it"));
    }
    return ClassFolders.list(DiskEntry.of(path), nested, order, new LeftOut(), remedy);
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return Files.isDirectory(path) && ClassFolders.holdsImages(DiskEntry.of(path));
  }
}
