package io.troupe.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG files to RGB.
 *
 * <p>Grey becomes three equal channels; what is transparent is laid on black; 16-bit values are
 * scaled to 8 bits; CMYK inks are multiplied. A colour profile is applied in JPEG files only, and
 * the orientation that a camera notes is not. Thread-safe.
 */
final class PictureDecoder {
  private static final long MOST_PIXELS = 1L << 26;
  private static final int START_OF_SCAN = 0xDA;
  private static final int END_OF_IMAGE = 0xD9;

  private PictureDecoder() {}

  /**
   * Decodes a file's content.
   *
   * @throws IOException if it is damaged, incomplete, of another format, or of more than 2^26
   *     pixels
   */
  static RgbPicture decode(byte[] file) throws IOException {
    if (isJpeg(file) && lastMarker(file, END_OF_IMAGE) < lastMarker(file, START_OF_SCAN)) {
      // The decoder would paint the missing part grey.
      throw new IOException("the JPEG file is cut off");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("not a PNG or JPEG file");
      }
      return decode(readers.next(), in);
    }
  }

  private static RgbPicture decode(ImageReader reader, ImageInputStream in) throws IOException {
    try {
      reader.setInput(in, true, true);
      if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
        throw new IOException(
            "%d x %d are too many pixels, at most %d"
                .formatted(reader.getWidth(0), reader.getHeight(0), MOST_PIXELS));
      }
      return toRgb(reader.read(0));
    } catch (EOFException e) {
      throw new IOException("the file is cut off", e);
    } catch (RuntimeException e) {
      // Decoders throw all kinds on damaged files.
      throw new IOException("cannot be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static boolean isJpeg(byte[] file) {
    return file.length > 2 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8;
  }

  /** Where a marker is last, or -1. Compressed data never looks like one. */
  private static int lastMarker(byte[] file, int marker) {
    for (int i = file.length - 2; i >= 0; i--) {
      if (file[i] == (byte) 0xFF && file[i + 1] == (byte) marker) {
        return i;
      }
    }
    return -1;
  }

  /** Reads the raster itself, because BufferedImage's own conversion changes grey values. */
  private static RgbPicture toRgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    byte[] rgb = new byte[3 * width * height];
    int[] row = new int[width * bands];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      int start = 3 * y * width;
      if (image.getColorModel() instanceof IndexColorModel palette) {
        lookUp(row, palette, rgb, start);
      } else {
        convert(row, bands, image.getColorModel(), rgb, start);
      }
    }
    return new RgbPicture(width, height, rgb);
  }

  private static void lookUp(int[] row, IndexColorModel palette, byte[] rgb, int start) {
    int to = start;
    for (int index : row) {
      int alpha = palette.getAlpha(index);
      rgb[to++] = onBlack(palette.getRed(index), alpha, 255);
      rgb[to++] = onBlack(palette.getGreen(index), alpha, 255);
      rgb[to++] = onBlack(palette.getBlue(index), alpha, 255);
    }
  }

  private static void convert(int[] row, int bands, ColorModel colors, byte[] rgb, int start) {
    int colorBands = bands < 3 ? 1 : 3;
    int most = (1 << colors.getComponentSize(0)) - 1;
    boolean inks = colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK;
    int to = start;
    for (int from = 0; from < row.length; from += bands) {
      int last = bands > colorBands ? row[from + colorBands] : most;
      for (int channel = 0; channel < 3; channel++) {
        int value = row[from + channel % colorBands];
        rgb[to++] = inks ? onBlack(most - value, most - last, most) : onBlack(value, last, most);
      }
    }
  }

  /** A value and its opacity, both from 0 to {@code most}, as 8 bits, rounded. */
  private static byte onBlack(int value, int alpha, int most) {
    if (most == 255 && alpha == 255) {
      return (byte) value;
    }
    long whole = (long) most * most;
    return (byte) ((255L * value * alpha + whole / 2) / whole);
  }
}
