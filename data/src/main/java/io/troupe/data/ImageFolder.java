package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.ClassOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of image files; its sub-folders are classes, and what is below these belongs to them.
 */
final class ImageFolder extends ImageFilesFormat {
  private static final String REMEDY = "Set dataset.path to ";

  ImageFolder() {
    super("image-folder", "the folder", "class-order", "nested");
  }

  @Override
  ImageListing files(DatasetSettings settings) {
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
