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
  ImageFolder() {
    super("image-folder", "the folder", "class-order", "nested");
  }

  @Override
  ImageListing files(DatasetSettings settings) {
    return list(path(settings), settings.nested(), settings.classOrder());
  }

  /**
   * Lists a folder.
   *
   * @param nested whether images deeper in a class's folder belong to the class
   * @throws DatasetException if there is no such folder, or it holds no images, or both images and
   *     sub-folders of them
   */
  static ImageListing list(Path path, boolean nested, ClassOrder order) {
    if (!Files.isDirectory(path)) {
      throw new DatasetException(
          "%s: %s. Name %s%s"
              .formatted(
                  path,
                  Files.exists(path) ? "a file, expected a folder" : "there is no such folder",
                  ClassFolders.WANTED,
                  path.toString().indexOf('\uFFFD') < 0
                      ? ""
                      : ". The name as given is not in UTF-8, so that it cannot be found; rename it"));
    }
    return ClassFolders.list(DiskEntry.of(path), nested, order, new LeftOut());
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return Files.isDirectory(path) && ClassFolders.holdsImages(DiskEntry.of(path));
  }
}
