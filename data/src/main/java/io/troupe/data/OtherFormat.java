package io.troupe.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.regex.Pattern;

/** What files with the ending of an image are instead, told by their first bytes. */
enum OtherFormat {
  HEIC("a HEIC", "....ftyp(he|mif1|msf1)"),
  AVIF("an AVIF", "....ftypavi"),
  TIFF("a TIFF", "II\\*\0|MM\0\\*"),
  JPEG_2000("a JPEG 2000", "....jP  "),
  JPEG_XL("a JPEG XL", "....JXL "),
  PHOTOSHOP("a Photoshop", "8BPS"),
  PDF("a PDF", "%PDF"),
  SVG("an SVG", "<svg|<\\?xml"),
  ZIP("a ZIP", "PK\3\4"),
  HTML("an HTML", "\\s*<(!|html|HTML)");

  private static final int LONGEST = 32;

  private final String article;
  private final Pattern begin;

  OtherFormat(String article, String begin) {
    this.article = article;
    this.begin = Pattern.compile(begin, Pattern.DOTALL);
  }

  /** Why a file is of none of the formats that are read. */
  static String reason(byte[] file) {
    if (file.length == 0) {
      return "the file is empty";
    }
    String start = new String(file, 0, Math.min(LONGEST, file.length), ISO_8859_1);
    String expected = "not a PNG, JPEG, BMP, GIF or WebP file";
    return Arrays.stream(values())
        .filter(format -> format.begin.matcher(start).lookingAt())
        .findFirst()
        .map(format -> "%s, but %s file".formatted(expected, format.article))
        .orElse(expected);
  }
}
