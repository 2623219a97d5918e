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
 * A zip archive of image files, read in place. Its folders are classes, as those of a folder are; a
 * folder that holds all the others is not one.
 */
final class ImageZip extends DatasetFormat {
  private static final String REMEDY = "Set dataset.path to a zip archive of ";

  ImageZip() {
    super(
        "image-zip",
        List.of(),
        Stream.concat(ImageFiles.SETTINGS.stream(), Stream.of("class-order", "nested"))
            .toArray(String[]::new));
  }

  @Override
  public Optional<String> requiredPath() {
    return Optional.of("the archive");
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

  /** Lists an archive; as {@link ImageFolder#list}. */
  static ImageListing list(Path path, boolean nested, ClassOrder order, String remedy) {
    if (!Files.exists(path)) {
      throw new DatasetException(
          "%s: there is no such file. %s%s".formatted(path, remedy, ClassFolders.WANTED));
    }
    LeftOut leftOut = new LeftOut();
    FileEntry root = ClassFolders.below(ZipArchive.open(path, leftOut));
    return ClassFolders.list(root, nested, order, leftOut, remedy);
  }

  @Override
  public boolean isAt(Path path) throws IOException {
    return ZipArchive.isOne(path);
  }
}
