package io.troupe.data;

import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.ClassOrder;
import java.nio.file.Path;

/** Image files of which folders are the classes. */
abstract class FoldersFormat extends ImageFilesFormat {
  /**
   * A kind of dataset.
   *
   * @param requiredPath what dataset.path has to name, e.g. "the folder"
   */
  FoldersFormat(String name, String requiredPath) {
    super(name, requiredPath, "class-order", "nested");
  }

  /**
   * Where the folders of classes are.
   *
   * @param leftOut hears of what is no image
   * @throws DatasetException if there is nothing that can be read
   */
  abstract FileEntry root(Path path, LeftOut leftOut);

  @Override
  final ImageListing files(DatasetSettings settings) {
    return files(path(settings), settings.nested(), settings.classOrder());
  }

  /**
   * The files and their classes.
   *
   * @param nested whether images deeper in a class's folder belong to the class
   * @throws DatasetException if there are no images, or both images and sub-folders of them
   */
  final ImageListing files(Path path, boolean nested, ClassOrder order) {
    LeftOut leftOut = new LeftOut();
    return ClassFolders.list(root(path, leftOut), nested, order, leftOut);
  }
}
