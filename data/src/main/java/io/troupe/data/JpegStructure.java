package io.troupe.data;

import java.util.Arrays;

/**
 * The segments of a JPEG file (ITU-T T.81, annex B), read from its start to the end of its image.
 * Whatever follows the end is ignored, and so are segments of applications, except for how colours
 * are coded and for EXIF data.
 */
final class JpegStructure {
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;
  private static final int HUFFMAN_TABLES = 0xC4;
  private static final int ARITHMETIC_TABLES = 0xCC;
  private static final int JFIF = 0xE0;
  private static final int EXIF = 0xE1;
  private static final int ADOBE = 0xEE;
  private static final int LAST_APPLICATION = 0xEF;
  private static final int COMMENT = 0xFE;

  private static final int COLOUR_SEGMENT_BYTES = 16;

  private final byte[] file;
  private final byte[] kept;
  private int keptBytes;
  private int at = 2;
  private boolean scanned;
  private boolean jfif;
  private int adobeTransform = -1;
  private byte[] components = {};
  private byte[] exif = {};

  private JpegStructure(byte[] file) {
    this.file = file;
    kept = new byte[file.length + COLOUR_SEGMENT_BYTES];
    keep(file, 0, 2);
  }

  /**
   * Reads a file's segments.
   *
   * @param file starts with a JPEG file's first marker
   * @throws ImageException if the image does not go on to its end
   */
  static JpegStructure of(byte[] file) throws ImageException {
    JpegStructure structure = new JpegStructure(file);
    while (structure.readSegment()) {
      // The image goes on.
    }
    return structure;
  }

  /** The image alone: tables, frame and scans, and how its colours are to be understood. */
  byte[] image() {
    return Arrays.copyOf(kept, keptBytes);
  }

  /** The EXIF orientation; {@link Exif#UPRIGHT} if there is none. */
  int orientation() {
    return Exif.orientation(exif);
  }

  /** Whether the image goes on after this segment. */
  private boolean readSegment() throws ImageException {
    int marker = nextMarker();
    if (marker == END) {
      if (!scanned) {
        throw new ImageException("the JPEG file holds no picture");
      }
      keep(file, at - 2, 2);
      return false;
    }
    if (isAlone(marker)) {
      return true;
    }
    int segment = at;
    int length = segment + 1 < file.length ? unsigned(segment) << 8 | unsigned(segment + 1) : 0;
    if (segment + 2 > file.length || segment + length > file.length) {
      throw cutOff();
    }
    if (!isKnown(marker) || length < 2) {
      throw new ImageException(
          "the JPEG file is damaged: at byte %d, found marker %X of length %d"
              .formatted(segment - 2, marker, length));
    }
    at += length;
    note(marker, segment + 2, length - 2);
    boolean application = marker >= JFIF && marker <= LAST_APPLICATION;
    if (marker == SCAN && !scanned) {
      scanned = true;
      byte[] colours = colourSegment();
      keep(colours, 0, colours.length);
    }
    if (!application && marker != COMMENT) {
      keep(file, segment - 2, 2 + length);
    }
    if (marker == SCAN) {
      int end = endOfScan();
      keep(file, at, end - at);
      at = end;
    }
    return true;
  }

  private void keep(byte[] bytes, int start, int length) {
    System.arraycopy(bytes, start, kept, keptBytes, length);
    keptBytes += length;
  }

  /** Skips the next marker, and bytes before it, which should not be there. */
  private int nextMarker() throws ImageException {
    while (at < file.length && unsigned(at) != 0xFF) {
      at++;
    }
    while (at < file.length && unsigned(at) == 0xFF) {
      at++;
    }
    if (at == file.length) {
      throw cutOff();
    }
    return unsigned(at++);
  }

  /** Where a scan's coded data ends: at the first marker that is not part of it. */
  private int endOfScan() throws ImageException {
    for (int i = at; i + 1 < file.length; i++) {
      if (unsigned(i) == 0xFF) {
        int code = unsigned(i + 1);
        if (code != 0 && code != 0xFF && !isRestart(code)) {
          return i;
        }
      }
    }
    throw cutOff();
  }

  private void note(int marker, int start, int length) throws ImageException {
    if (marker == JFIF && startsWith("JFIF", start, length)) {
      jfif = true;
    } else if (marker == EXIF && startsWith("Exif", start, length) && exif.length == 0) {
      exif = Arrays.copyOfRange(file, start, start + length);
    } else if (marker == ADOBE && length >= 12 && startsWith("Adobe", start, length)) {
      adobeTransform = unsigned(start + 11);
    } else if (isFrame(marker)) {
      if (components.length > 0) {
        throw new ImageException("the JPEG file is damaged: it has a second frame");
      }
      int count = length > 5 ? unsigned(start + 5) : 0;
      if (count == 0 || length < 6 + 3 * count) {
        throw new ImageException("the JPEG file is damaged: its frame has no components");
      }
      components = new byte[count];
      for (int i = 0; i < count; i++) {
        components[i] = file[start + 6 + 3 * i];
      }
    }
  }

  private boolean startsWith(String text, int start, int length) {
    for (int i = 0; i < text.length(); i++) {
      if (i >= length || file[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Adobe's segment, which says whether colours are coded as luminance and chrominance, by the
   * rules of the IJG's library; the Java library has others for files that do not say it.
   */
  private byte[] colourSegment() {
    int transform;
    if (components.length == 3) {
      boolean rgb =
          !jfif
              && (adobeTransform < 0
                  ? Arrays.equals(components, new byte[] {'R', 'G', 'B'})
                  : adobeTransform == 0);
      transform = rgb ? 0 : 1;
    } else if (components.length == 4) {
      transform = adobeTransform <= 0 ? 0 : 2;
    } else {
      return new byte[0];
    }
    return new byte[] {
      -1, (byte) ADOBE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
    };
  }

  private int unsigned(int index) {
    return file[index] & 0xFF;
  }

  private static boolean isRestart(int marker) {
    return marker >= 0xD0 && marker <= 0xD7;
  }

  /** Whether a marker has no segment. */
  private static boolean isAlone(int marker) {
    return marker == 0x01 || isRestart(marker);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0
        && marker <= 0xCF
        && marker != HUFFMAN_TABLES
        && marker != ARITHMETIC_TABLES
        && marker != 0xC8;
  }

  private static boolean isKnown(int marker) {
    boolean table = marker >= SCAN && marker <= 0xDF;
    return table
        || (marker >= 0xC0 && marker <= 0xCF)
        || (marker >= JFIF && marker <= LAST_APPLICATION)
        || marker == COMMENT;
  }

  private static ImageException cutOff() {
    return new ImageException("the JPEG file is cut off");
  }
}
