package io.troupe.data;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/**
 * Converts what decoders return to 8-bit RGB. Reads the raster itself, because BufferedImage's own
 * conversion changes grey values and applies colour profiles.
 */
final class RgbConversion {
  private static final int[] RGB = {0, 1, 2};

  private RgbConversion() {}

  /** An image whose bytes are as an {@link RgbImage}'s, to decode into. */
  static BufferedImage empty(int width, int height) {
    ColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, width, height, 3 * width, 3, RGB, null);
    return new BufferedImage(colors, raster, false, null);
  }

  /** The image with equal channels for grey, on black where it is transparent. */
  static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    if (raster.getDataBuffer() instanceof DataBufferByte data
        && raster.getSampleModel() instanceof ComponentSampleModel model
        && isPlain(image, data)) {
      return reordered(width, height, data.getData(), model);
    }
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
    return new RgbImage(width, height, rgb, mode(image));
  }

  /** What the file has of a pixel. */
  private static String mode(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    if (colors instanceof IndexColorModel) {
      return "palette";
    }
    int bands = image.getRaster().getNumBands();
    String name =
        colors.getColorSpace().getType() == ColorSpace.TYPE_CMYK
            ? "cmyk"
            : bands < 3 ? "grey" : "rgb";
    return name
        + (colors.hasAlpha() ? " with alpha" : "")
        + (colors.getComponentSize(0) > 8 ? ", 16 bits" : "");
  }

  /** Whether the image is three bytes a pixel, and nothing else: what JPEG files become. */
  private static boolean isPlain(BufferedImage image, DataBufferByte data) {
    return image.getRaster().getNumBands() == 3
        && image.getRaster().getParent() == null
        && data.getNumBanks() == 1
        && data.getOffset() == 0
        && image.getColorModel().getClass() == ComponentColorModel.class
        && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_RGB;
  }

  private static RgbImage reordered(
      int width, int height, byte[] source, ComponentSampleModel model) {
    int[] offsets = model.getBandOffsets();
    int step = model.getPixelStride();
    if (step == 3
        && model.getScanlineStride() == 3 * width
        && source.length == 3 * width * height
        && Arrays.equals(offsets, RGB)) {
      return new RgbImage(width, height, source);
    }
    byte[] rgb = new byte[3 * width * height];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int from = y * model.getScanlineStride();
      for (int x = 0; x < width; x++) {
        rgb[to] = source[from + offsets[0]];
        rgb[to + 1] = source[from + offsets[1]];
        rgb[to + 2] = source[from + offsets[2]];
        from += step;
        to += 3;
      }
    }
    return new RgbImage(width, height, rgb);
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
  static byte onBlack(int value, int alpha, int most) {
    if (most == 255 && alpha == 255) {
      return (byte) value;
    }
    long whole = (long) most * most;
    return (byte) ((255L * value * alpha + whole / 2) / whole);
  }
}
