package io.troupe.data;

import io.troupe.config.DatasetSettings;
import java.io.IOException;
import java.util.Optional;

/**
 * The image files of a dataset as they are, or as squares: all must be of one size, and all must be
 * decodable. Grey ones become RGB. Opening decodes the first file; the others are decoded when they
 * are read, and not kept.
 */
final class EqualSizeImages extends ListedImages {
  private final Optional<Squares> squares;
  private final boolean upright;

  /**
   * Images of files.
   *
   * @param settings whether images are rotated as their EXIF orientation says; the path is that of
   *     the listing
   * @param squares what images become; empty to leave them as they are
   * @throws DatasetException if the first cannot be decoded
   */
  static EqualSizeImages open(
      ImageListing listing, DatasetSettings settings, Optional<Squares> squares) {
    RgbImage first = decode(listing.file(0), settings.upright(), squares);
    return new EqualSizeImages(listing, settings.upright(), squares, first);
  }

  private EqualSizeImages(
      ImageListing listing, boolean upright, Optional<Squares> squares, RgbImage first) {
    super(listing, first.height(), first.width());
    this.squares = squares;
    this.upright = upright;
  }

  private static RgbImage decode(FileEntry file, boolean upright, Optional<Squares> squares) {
    try {
      RgbImage image = ImageFile.read(file, upright);
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
    RgbImage image = decode(listing().file(index), upright, squares);
    if (image.height() != height() || image.width() != width()) {
      throw new DatasetException(
          ("%s: the picture is %d x %d pixels (width x height), and %s is %d x %d; all must be of"
                  + " one size. Scale them, with --resize SIZE, or move those of another size away")
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
