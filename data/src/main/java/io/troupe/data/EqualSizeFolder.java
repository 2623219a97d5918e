package io.troupe.data;

import io.troupe.config.DatasetSettings.ClassOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The image files of a folder as they are: all must be of one size, and all must be decodable. Grey
 * ones become RGB. Classes and order are those of a folder to train on. Opening lists the names and
 * decodes the first file; the others are decoded when they are read, and not kept.
 */
public final class EqualSizeFolder extends ListedImages {
  private final Optional<Squares> squares;

  private EqualSizeFolder(ImageListing listing, Optional<Squares> squares, RgbImage first) {
    super(listing, first.height(), first.width());
    this.squares = squares;
  }

  /**
   * Lists a folder.
   *
   * @param notes is told what is left out
   * @throws DatasetException if there is no such folder, it holds no images, or both images and
   *     sub-folders of them, or the first cannot be decoded
   */
  public static EqualSizeFolder open(Path path, Consumer<String> notes) {
    return open(path, Optional.empty(), notes);
  }

  /**
   * As {@link #open(Path, Consumer)}; images of any sizes become squares of one size.
   *
   * @param squares empty to leave them as they are
   */
  public static EqualSizeFolder open(Path path, Optional<Squares> squares, Consumer<String> notes) {
    ImageListing listing = ImageFolder.list(path, true, ClassOrder.NUMBERS, "Name ");
    listing.notes().forEach(notes);
    return new EqualSizeFolder(listing, squares, decode(listing.file(0), squares));
  }

  private static RgbImage decode(FileEntry file, Optional<Squares> squares) {
    try {
      RgbImage image = ImageFile.read(file, false);
      return squares.isEmpty()
          ? image
          : new RgbImage(
              squares.get().side(), squares.get().side(), squares.get().of(image), image.mode());
    } catch (IOException e) {
      throw new DatasetException(
          "%s: not a readable picture: %s. Replace it or move it away"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws DatasetException if the file cannot be decoded or has another size than the first
   */
  @Override
  public void read(int index, byte[] target) {
    RgbImage image = decode(listing().file(index), squares);
    if (image.height() != height() || image.width() != width()) {
      throw new DatasetException(
          ("%s: the picture is %d x %d pixels (width x height), and %s is %d x %d; all of a folder"
                  + " must be of one size. Scale them, with --resize SIZE for 'metrics', or move those of another size away")
              .formatted(
                  listing().file(index),
                  image.width(),
                  image.height(),
                  listing().file(0),
                  width(),
                  height()));
    }
    System.arraycopy(image.pixels(), 0, target, 0, image.pixels().length);
  }
}
