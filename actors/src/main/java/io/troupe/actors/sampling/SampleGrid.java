package io.troupe.actors.sampling;

import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.PngFiles;
import io.troupe.models.networks.ImageSpec;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures in rows and columns, as one PNG. */
public final class SampleGrid {
  private static final int WHITE = 255;

  private final BufferedImage image;
  private final WritableRaster raster;
  private final int size;
  private final int channels;
  private final int gap;

  /**
   * A white grid, in RGB whatever the pictures are: it may be shown and scaled by anything.
   *
   * @param gap pixels between pictures and around them
   */
  public SampleGrid(int rows, int columns, ImageSpec spec, int gap) {
    this(rows, columns, spec, gap, BufferedImage.TYPE_INT_RGB);
  }

  /** A picture alone; a grey one has one channel. */
  static SampleGrid single(ImageSpec spec) {
    int type = spec.channels() == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    return new SampleGrid(1, 1, spec, 0, type);
  }

  private SampleGrid(int rows, int columns, ImageSpec spec, int gap, int type) {
    size = spec.size();
    channels = spec.channels();
    this.gap = gap;
    image = new BufferedImage(columns * (size + gap) + gap, rows * (size + gap) + gap, type);
    // In the raster: given a colour, Java takes grey levels for linear light.
    raster = image.getRaster();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          raster.setSample(x, y, band, WHITE);
        }
      }
    }
  }

  /**
   * Sets one picture.
   *
   * @param pictures NHWC in [-1, 1]
   * @param offset of the picture's first element
   */
  public void set(int row, int column, float[] pictures, int offset) {
    int top = gap + row * (size + gap);
    int left = gap + column * (size + gap);
    int next = offset;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        for (int band = 0; band < raster.getNumBands(); band++) {
          int channel = Math.min(band, channels - 1);
          raster.setSample(left + x, top + y, band, level(pictures[next + channel]));
        }
        next += channels;
      }
    }
  }

  private static int level(float value) {
    return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
  }

  /** Writes the PNG so that it appears complete or not at all. */
  public void write(Path file) throws IOException {
    byte[] png = PngFiles.bytes(image);
    AtomicFile.write(file, place -> Files.write(place, png));
  }
}
