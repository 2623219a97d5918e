package io.troupe.actors.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers and spans of time as people read them, in few characters. */
final class Figures {
  private static final MathContext DIGITS = new MathContext(4);
  private static final double LARGEST = 1e7;
  private static final double MINUTE = 60;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  private Figures() {}

  /** A number with at least four digits that count; "-" if it is not finite. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double size = Math.abs(value);
    if (size >= LARGEST || (size > 0 && size < 1e-4)) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    if (size == 0) {
      return "0";
    }
    BigDecimal exact = new BigDecimal(value);
    BigDecimal rounded = exact.round(DIGITS);
    int before = rounded.precision() - rounded.scale();
    return exact
        .setScale(Math.max(0, DIGITS.getPrecision() - before), RoundingMode.HALF_EVEN)
        .toPlainString();
  }

  /** A span of time in one unit, e.g. 42 s, 12 min, 3.2 h, 2.1 d. */
  static String span(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "-";
    }
    double positive = Math.max(0, seconds);
    if (positive < 99.5) {
      return String.format(Locale.ROOT, "%.0f s", positive);
    }
    if (positive < 99.5 * MINUTE) {
      return String.format(Locale.ROOT, "%.0f min", positive / MINUTE);
    }
    return positive < 2 * DAY
        ? String.format(Locale.ROOT, "%.1f h", positive / HOUR)
        : String.format(Locale.ROOT, "%.1f d", positive / DAY);
  }

  /** Bytes in the unit that fits, e.g. 12.3 MB. */
  static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 999.5) {
      size /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %cB", size, "kMGTPE".charAt(unit));
  }

  /** A text cut to so many characters, with an ellipsis in place of what is missing. */
  static String cut(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  /** A text of somebody's files without characters that would do something to a terminal. */
  static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
