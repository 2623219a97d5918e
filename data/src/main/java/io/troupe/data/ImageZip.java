package io.troupe.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A zip archive of image files, read in place. Its folders are classes, as those of a folder are; a
 * folder that holds all the others is not one.
 */
final class ImageZip extends FoldersFormat {
  ImageZip() {
    super("image-zip", "the archive");
  }

  @Override
  FileEntry root(Path path, LeftOut leftOut) {
    if (!Files.exists(path)) {
      throw new DatasetException(
          "%s: there is no such file. Name a zip archive of %s"
              .formatted(path, ClassFolders.WANTED));
    }
    return ClassFolders.below(ZipArchive.open(path, leftOut));
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return ZipArchive.isOne(path);
  }
}
