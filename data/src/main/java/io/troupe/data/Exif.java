package io.troupe.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** EXIF data, which a camera adds to an image; only the orientation is read. */
final class Exif {
  /** The image needs no rotation. */
  static final int UPRIGHT = 1;

  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final int PREFIX_BYTES = 6;

  private Exif() {}

  /**
   * The orientation, 1 to 8 as in the TIFF specification: where the image's first row and column
   * belong. What cannot be understood is upright.
   *
   * @param block begins with a TIFF header, or with "Exif" and two zeros before it
   */
  static int orientation(byte[] block) {
    int start =
        block.length > PREFIX_BYTES && block[0] == 'E' && block[1] == 'x' ? PREFIX_BYTES : 0;
    ByteBuffer tiff = ByteBuffer.wrap(block, start, block.length - start).slice();
    if (tiff.limit() < 8 || (tiff.get(0) != 'I' && tiff.get(0) != 'M')) {
      return UPRIGHT;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = tiff.getShort((int) directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + (long) ENTRY_BYTES * i;
      if (at + ENTRY_BYTES > tiff.limit()) {
        return UPRIGHT;
      }
      if ((tiff.getShort((int) at) & 0xFFFF) == ORIENTATION) {
        int value = tiff.getShort((int) at + 8);
        return value >= UPRIGHT && value <= 8 ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** The image, rotated or mirrored as an orientation says. */
  static RgbImage turn(RgbImage image, int orientation) {
    if (orientation == UPRIGHT) {
      return image;
    }
    boolean across = orientation >= 5;
    int width = across ? image.height() : image.width();
    int height = across ? image.width() : image.height();
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBelow =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    byte[] source = image.pixels();
    byte[] turned = new byte[source.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = across ? y : x;
        int row = across ? x : y;
        int sourceColumn = fromRight ? image.width() - 1 - column : column;
        int sourceRow = fromBelow ? image.height() - 1 - row : row;
        System.arraycopy(
            source, 3 * (sourceRow * image.width() + sourceColumn), turned, 3 * (y * width + x), 3);
      }
    }
    return new RgbImage(width, height, turned, image.mode());
  }
}
