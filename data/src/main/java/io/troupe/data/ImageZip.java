package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.ClassOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A zip archive of image files, read in place. Its folders are classes, as those of a folder are; a
 * folder that holds all the others is not one.
 */
final class ImageZip extends ImageFilesFormat {
  ImageZip() {
    super("image-zip", "the archive", "class-order", "nested");
  }

  @Override
  ImageListing files(DatasetSettings settings) {
    return list(path(settings), settings.nested(), settings.classOrder());
  }

  /** Lists an archive; as {@link ImageFolder#list}. */
  static ImageListing list(Path path, boolean nested, ClassOrder order) {
    if (!Files.exists(path)) {
      throw new DatasetException(
          "%s: there is no such file. Name a zip archive of %s"
              .formatted(path, ClassFolders.WANTED));
    }
    LeftOut leftOut = new LeftOut();
    FileEntry root = ClassFolders.below(ZipArchive.open(path, leftOut));
    return ClassFolders.list(root, nested, order, leftOut);
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return ZipArchive.isOne(path);
  }
}
