package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The formats of images that are read, told by a file's first bytes. */
enum ImageFormat {
  /** Portable Network Graphics. */
  PNG("\u0089PNG") {
    @Override
    int orientation(byte[] file) {
      return Exif.orientation(chunk(file, 8, ByteOrder.BIG_ENDIAN, "eXIf"));
    }
  },
  /** JPEG, as JFIF or as cameras write it. */
  JPEG("\u00FF\u00D8") {
    @Override
    byte[] toDecode(byte[] file) throws ImageException {
      return JpegStructure.of(file).image();
    }

    @Override
    int orientation(byte[] file) throws ImageException {
      return JpegStructure.of(file).orientation();
    }
  },
  /** Windows bitmaps. */
  BMP("BM") {
    @Override
    byte[] toDecode(byte[] file) {
      ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      if (file.length < COLOUR_SPACE + 4 || content.getInt(HEADER_SIZE) < LONG_HEADER) {
        return file;
      }
      byte[] plain = file.clone();
      ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN).putInt(COLOUR_SPACE, SRGB);
      return plain;
    }
  },
  /** Graphics Interchange Format. */
  GIF("GIF8"),
  /** WebP, with loss and without. */
  WEBP("RIFF") {
    @Override
    byte[] toDecode(byte[] file) throws ImageException {
      ByteBuffer content = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      if (Integer.toUnsignedLong(content.getInt(4)) + 8 > file.length) {
        throw new ImageException("the WebP file is cut off");
      }
      byte[] plain = file.clone();
      if (isAt(file, 12, "VP8X")) {
        plain[20] &= ~PROFILE_FLAG;
      }
      return plain;
    }

    @Override
    int orientation(byte[] file) {
      return Exif.orientation(chunk(file, 12, ByteOrder.LITTLE_ENDIAN, "EXIF"));
    }
  };

  /** Where a bitmap says the size of its header, and in headers of at least so many bytes more. */
  private static final int HEADER_SIZE = 14;

  private static final int LONG_HEADER = 108;
  private static final int COLOUR_SPACE = 70;
  private static final int SRGB = 0x73524742;

  private static final int PROFILE_FLAG = 0x20;
  private static final int SHORTEST_WEBP = 24;

  private final String signature;

  ImageFormat(String signature) {
    this.signature = signature;
  }

  /**
   * The format of a file.
   *
   * @throws ImageException if it is none of these
   */
  static ImageFormat of(byte[] file) throws ImageException {
    for (ImageFormat format : values()) {
      if (format.begins(file)) {
        return format;
      }
    }
    throw new ImageException(OtherFormat.reason(file));
  }

  private boolean begins(byte[] file) {
    return isAt(file, 0, signature)
        && (this != WEBP || (file.length >= SHORTEST_WEBP && isAt(file, 8, "WEBP")));
  }

  private static boolean isAt(byte[] file, int start, String text) {
    return file.length >= start + text.length()
        && new String(file, start, text.length(), ISO_8859_1).equals(text);
  }

  /**
   * A file's content as it is to be decoded, without its colour profile.
   *
   * @throws ImageException if the file does not hold a whole image
   */
  byte[] toDecode(byte[] file) throws ImageException {
    return file;
  }

  /**
   * The camera's note, {@link Exif#UPRIGHT} if there is none.
   *
   * @throws ImageException if the file does not hold a whole image
   */
  int orientation(byte[] file) throws ImageException {
    return Exif.UPRIGHT;
  }

  /** The content of the first chunk of a name; empty if there is none. */
  private static byte[] chunk(byte[] file, int first, ByteOrder order, String name) {
    ByteBuffer content = ByteBuffer.wrap(file).order(order);
    boolean png = order == ByteOrder.BIG_ENDIAN;
    long at = first;
    while (at + 8 <= file.length) {
      long length = Integer.toUnsignedLong(content.getInt((int) at + (png ? 0 : 4)));
      long next = at + 8 + (png ? length + 4 : length + length % 2);
      if (at + 8 + length > file.length) {
        break;
      }
      if (isAt(file, (int) at + (png ? 4 : 0), name)) {
        return Arrays.copyOfRange(file, (int) at + 8, (int) (at + 8 + length));
      }
      at = next;
    }
    return new byte[0];
  }
}
