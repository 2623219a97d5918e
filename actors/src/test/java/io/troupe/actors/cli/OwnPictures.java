package io.troupe.actors.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** JPEG files as people have them: of mixed sizes and modes, some with an EXIF orientation. */
final class OwnPictures {
  /** TIFF with a single entry: orientation 6, turned by 90 degrees. */
  private static final byte[] TURNED = {
    (byte) 0xFF,
    (byte) 0xE1,
    0,
    34,
    'E',
    'x',
    'i',
    'f',
    0,
    0,
    'M',
    'M',
    0,
    42,
    0,
    0,
    0,
    8,
    0,
    1,
    0x01,
    0x12,
    0,
    3,
    0,
    0,
    0,
    1,
    0,
    6,
    0,
    0,
    0,
    0,
    0,
    0
  };

  private OwnPictures() {}

  /** Makes a folder with a number of files. */
  static void make(Path folder, int count, int seed) throws IOException {
    Files.createDirectories(folder);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      byte[] file = file(random, i % 5);
      Files.write(folder.resolve("bild %d ü.jpg".formatted(i)), i % 3 == 0 ? turned(file) : file);
    }
  }

  private static byte[] file(Random random, int mode) throws IOException {
    int width = 40 + random.nextInt(160);
    int height = 40 + random.nextInt(160);
    int type = mode == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(random.nextInt(1 << 24)));
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(new Color(random.nextInt(1 << 24)));
    graphics.fillOval(random.nextInt(width / 2), random.nextInt(height / 2), width / 2, height / 2);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (mode == 2) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(
          null,
          mode == 3 ? new IIOImage(inks(image), null, null) : new IIOImage(image, null, null),
          param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The picture as four inks. */
  private static Raster inks(BufferedImage image) {
    WritableRaster inks =
        Raster.createInterleavedRaster(
            DataBuffer.TYPE_BYTE, image.getWidth(), image.getHeight(), 4, null);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color color = new Color(image.getRGB(x, y));
        inks.setPixel(
            x,
            y,
            new int[] {255 - color.getRed(), 255 - color.getGreen(), 255 - color.getBlue(), 0});
      }
    }
    return inks;
  }

  /** With an EXIF segment after the file's first two bytes. */
  private static byte[] turned(byte[] jpeg) {
    byte[] all = Arrays.copyOf(jpeg, jpeg.length + TURNED.length);
    System.arraycopy(TURNED, 0, all, 2, TURNED.length);
    System.arraycopy(jpeg, 2, all, 2 + TURNED.length, jpeg.length - 2);
    return all;
  }
}
