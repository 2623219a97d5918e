package io.troupe.models.kernels;

/**
 * One axis of a picture for {@link PictureWarp}, in three resolutions: its own lines, continued by
 * reflection as far as one reflection goes; fine lines, two for each of these; and sampled lines,
 * two for each line of the result and of {@link #MARGIN} more at either end.
 */
final class WarpAxis {
  /** Lines beside the result that are sampled because the filter reads them: half its length. */
  static final int MARGIN = 6 / 2;

  /** The low-pass filter of Daubechies' least asymmetric wavelet of order 6, which sums to √2. */
  private static final double[] SYM6 = {
    0.015404109327027373,
    0.0034907120842174702,
    -0.11799011114819057,
    -0.048311742585633,
    0.4910559419267466,
    0.787641141030194,
    0.3379294217276218,
    -0.07263752278646252,
    -0.021060292512300564,
    0.04472490177066578,
    0.0017677118642428036,
    -0.007800708325034148
  };

  /** Every second tap. */
  static final int TAPS = SYM6.length / 2;

  /** The taps that even and odd sampled lines meet, of the filter with sum 1. */
  static final double[] EVEN = taps(1, 1);

  static final double[] ODD = taps(0, 1);

  /** The taps by which even and odd fine lines are made of lines, of the filter with sum 2. */
  static final double[] FINE_EVEN = reversed(taps(1, 2));

  static final double[] FINE_ODD = reversed(taps(0, 2));

  final int lines;
  final int continued;
  final int fine;
  final int sampled;

  /** The line that each continued line is a reflection of. */
  final int[] source;

  WarpAxis(int lines) {
    this.lines = lines;
    int beyond = lines - 1;
    continued = lines + 2 * beyond;
    fine = 2 * continued;
    sampled = 2 * (lines + 2 * MARGIN);
    source = new int[continued];
    for (int i = 0; i < continued; i++) {
      int line = Math.abs(i - beyond);
      source[i] = line < lines ? line : 2 * (lines - 1) - line;
    }
  }

  /** How far a sampled line is from the picture's centre, in lines. */
  double fromCentre(int line) {
    return (line + 1 - sampled / 2) / 2.0;
  }

  /** A tap of the filter with sum 1. */
  static double tap(int index) {
    return (index % 2 == 0 ? ODD : EVEN)[index / 2];
  }

  /** The taps by which a fine line is made of lines. */
  static double[] finely(int fineLine) {
    return fineLine % 2 == 0 ? FINE_EVEN : FINE_ODD;
  }

  /** The first continued line that a fine one is made of. */
  static int firstLine(int fineLine) {
    return fineLine / 2 - 3 + fineLine % 2;
  }

  /** The first and the last line of the result that a sampled line is a part of. */
  int firstReader(int sampledLine) {
    return Math.max(0, (sampledLine - SYM6.length + 1) >> 1);
  }

  int lastReader(int sampledLine) {
    return Math.min(lines - 1, (sampledLine - 1) >> 1);
  }

  /** The place on the fine lines, from 0, of a distance from the centre in lines. */
  double place(double fromCentre) {
    return 2 * fromCentre + continued - 1;
  }

  private static double[] taps(int first, double sum) {
    double total = 0;
    for (double tap : SYM6) {
      total += tap;
    }
    double[] taps = new double[TAPS];
    for (int i = 0; i < TAPS; i++) {
      taps[i] = SYM6[2 * i + first] * sum / total;
    }
    return taps;
  }

  private static double[] reversed(double[] values) {
    double[] turned = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i] = values[values.length - 1 - i];
    }
    return turned;
  }
}
