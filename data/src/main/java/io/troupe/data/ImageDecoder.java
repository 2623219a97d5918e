package io.troupe.data;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes PNG, JPEG, BMP, GIF and WebP files to RGB.
 *
 * <p>Grey becomes three equal channels; what is transparent is laid on black; 16-bit values are
 * scaled to 8 bits; CMYK inks are multiplied; of several images the first is taken. Colour profiles
 * count in no format. All threads together decode at a time what fits half of the JVM's memory.
 * Thread-safe.
 */
final class ImageDecoder {
  private static final long MOST_PIXELS = 1L << 26;

  /** What decoding takes for a pixel: a decoder's image of up to eight bytes, and RGB. */
  private static final int BYTES_PER_PIXEL = 8;

  private static final MemoryBudget MEMORY = new MemoryBudget(Runtime.getRuntime().maxMemory() / 2);

  private ImageDecoder() {}

  /**
   * Decodes a file's content.
   *
   * @param upright whether to rotate the image as its EXIF orientation says
   * @throws ImageException if it is damaged, incomplete, of another format, or of more than 2^26
   *     pixels
   */
  static RgbImage decode(byte[] file, boolean upright) throws ImageException {
    ImageFormat format = ImageFormat.of(file);
    byte[] content = format.toDecode(file);
    ImageReader reader = ImageIO.getImageReadersByFormatName(format.name()).next();
    try (ImageInputStream in =
        format == ImageFormat.WEBP
            ? new EndingInput(content)
            : new ByteArrayImageInputStream(content)) {
      RgbImage image = decode(format, reader, in, file);
      return upright ? Exif.turn(image, format.orientation(file)) : image;
    } catch (ImageException e) {
      throw e;
    } catch (EOFException e) {
      throw new ImageException("the file is cut off", e);
    } catch (IOException e) {
      rethrowOutOfMemory(e);
      throw new ImageException("cannot be decoded: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      // Decoders throw all kinds on damaged files.
      throw new ImageException("cannot be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  /** Decoders wrap it like an error of the file, which it is not. */
  private static void rethrowOutOfMemory(IOException error) {
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError outOfMemory) {
        throw outOfMemory;
      }
    }
  }

  private static RgbImage decode(
      ImageFormat format, ImageReader reader, ImageInputStream in, byte[] file) throws IOException {
    List<String> damage = new ArrayList<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (isDamage(warning)) {
            damage.add(warning);
          }
        });
    boolean gif = format == ImageFormat.GIF;
    reader.setInput(in, true, !gif);
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if (gif && file.length > 10) {
      ByteBuffer screen = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      width = Math.max(width, screen.getShort(6) & 0xFFFF);
      height = Math.max(height, screen.getShort(8) & 0xFFFF);
    }
    if ((long) width * height > MOST_PIXELS) {
      throw new ImageException(
          "%d x %d are too many pixels, at most %d".formatted(width, height, MOST_PIXELS));
    }
    int taken = MEMORY.take((long) width * height * BYTES_PER_PIXEL);
    try {
      BufferedImage decoded = reader.read(0, parameters(format, reader, width, height));
      if (!damage.isEmpty()) {
        throw new ImageException("the picture is damaged: " + damage.get(0));
      }
      RgbImage image = RgbConversion.of(decoded);
      return gif ? onScreen(image, decoded, reader, width, height) : image;
    } finally {
      MEMORY.giveBack(taken);
    }
  }

  /** Of a JPEG file in colours: its rows go into RGB as they are; the reader itself makes BGR. */
  private static ImageReadParam parameters(
      ImageFormat format, ImageReader reader, int width, int height) throws IOException {
    ImageReadParam parameters = reader.getDefaultReadParam();
    if (format == ImageFormat.JPEG && reader.getImageTypes(0).next().getNumBands() == 3) {
      parameters.setDestination(RgbConversion.empty(width, height));
    }
    return parameters;
  }

  /** What the IJG's library says when coded data is not what it should be, and it goes on. */
  private static boolean isDamage(String warning) {
    return warning.startsWith("Premature end")
        || (warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous"));
  }

  /**
   * A GIF's first frame where it belongs; around it is the first colour, or what is transparent.
   */
  private static RgbImage onScreen(
      RgbImage frame, BufferedImage decoded, ImageReader reader, int width, int height)
      throws IOException {
    if (frame.width() == width && frame.height() == height) {
      return frame;
    }
    IIOMetadataNode place =
        (IIOMetadataNode)
            ((IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0"))
                .getElementsByTagName("ImageDescriptor")
                .item(0);
    int left = Integer.parseInt(place.getAttribute("imageLeftPosition"));
    int top = Integer.parseInt(place.getAttribute("imageTopPosition"));
    if (left + frame.width() > width || top + frame.height() > height) {
      throw new ImageException("the GIF's first frame is not within its screen");
    }
    byte[] screen = new byte[3 * width * height];
    IndexColorModel palette = (IndexColorModel) decoded.getColorModel();
    if (palette.getTransparentPixel() < 0) {
      byte[] first = {
        (byte) palette.getRed(0), (byte) palette.getGreen(0), (byte) palette.getBlue(0)
      };
      for (int i = 0; i < screen.length; i++) {
        screen[i] = first[i % 3];
      }
    }
    for (int y = 0; y < frame.height(); y++) {
      byte[] row =
          Arrays.copyOfRange(frame.pixels(), 3 * y * frame.width(), 3 * (y + 1) * frame.width());
      System.arraycopy(row, 0, screen, 3 * ((top + y) * width + left), row.length);
    }
    return new RgbImage(width, height, screen, frame.mode());
  }
}
