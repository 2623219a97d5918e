package io.troupe.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder of image files; its sub-folders are classes, and what is below these belongs to them.
 */
final class ImageFolder extends FoldersFormat {
  ImageFolder() {
    super("image-folder", "the folder");
  }

  @Override
  FileEntry root(Path path, LeftOut leftOut) {
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
    return DiskEntry.of(path);
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return Files.isDirectory(path) && ClassFolders.holdsImages(DiskEntry.of(path));
  }
}
