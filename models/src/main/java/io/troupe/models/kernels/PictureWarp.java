package io.troupe.models.kernels;

import java.util.Arrays;

/**
 * The geometric part of adaptive discriminator augmentation (Karras et al., "Training generative
 * adversarial networks with limited data", 2020, appendix B): a picture is continued by reflection,
 * doubled with the low-pass filter of a wavelet, sampled bilinearly where an affine map says, and
 * halved with the same filter. All of it is linear in the picture; {@link #transpose} is the
 * transposed matrix.
 *
 * <p>The picture is continued as far as one reflection goes, by one line less than its side, and is
 * zero beyond, so that it does not depend on how far others of its batch are moved. Sums are of
 * doubles.
 */
final class PictureWarp {
  /** Zeros beside a continued row, which filters read. */
  static final int BESIDE = 3;

  final WarpAxis down;
  final WarpAxis across;
  final int channels;

  PictureWarp(int height, int width, int channels) {
    down = new WarpAxis(height);
    across = new WarpAxis(width);
    this.channels = channels;
  }

  /** Whether a map leaves a picture as it is: halving restores what is doubled. */
  static boolean isIdentity(double... map) {
    return map[0] == 1 && map[1] == 0 && map[2] == 0 && map[3] == 0 && map[4] == 1 && map[5] == 0;
  }

  /** Replaces the scratch memory's picture by what its map makes of it. */
  void apply(WarpScratch s) {
    findReach(s);
    Arrays.fill(s.result, 0, length(), 0);
    if (!s.isEmpty()) {
      for (int y = s.top; y <= s.bottom; y++) {
        doubleColumns(s, y);
        for (int c = 0; c < channels; c++) {
          doubleRow(s, y, c);
        }
      }
      for (int l = 0; l < down.sampled; l++) {
        for (int k = 0; k < across.sampled; k++) {
          sample(s, l, k);
        }
        halveRow(s);
        for (int y = down.firstReader(l); y <= down.lastReader(l); y++) {
          add(s.halved, 0, WarpAxis.tap(l - 1 - 2 * y), s.result, y * rowLength(), rowLength());
        }
      }
    }
    for (int i = 0; i < length(); i++) {
      s.picture[pixel(i)] = s.result[i];
    }
  }

  /** The transpose: replaces a gradient by the result with that by the picture. */
  void transpose(WarpScratch s) {
    findReach(s);
    for (int i = 0; i < length(); i++) {
      s.result[i] = s.picture[pixel(i)];
    }
    Arrays.fill(s.picture, 0, length(), 0);
    if (s.isEmpty()) {
      return;
    }
    Arrays.fill(s.fine, 0, (s.bottom - s.top + 1) * fineRow(s), 0);
    for (int l = 0; l < down.sampled; l++) {
      Arrays.fill(s.halved, 0, rowLength(), 0);
      for (int y = down.firstReader(l); y <= down.lastReader(l); y++) {
        add(s.result, y * rowLength(), WarpAxis.tap(l - 1 - 2 * y), s.halved, 0, rowLength());
      }
      halveRowBack(s);
      for (int k = 0; k < across.sampled; k++) {
        sampleBack(s, l, k);
      }
    }
    for (int y = s.top; y <= s.bottom; y++) {
      Arrays.fill(s.row, 0, rowLength(), 0);
      for (int c = 0; c < channels; c++) {
        doubleRowBack(s, y, c);
      }
      doubleColumnsBack(s, y);
    }
  }

  private int length() {
    return down.lines * rowLength();
  }

  private int rowLength() {
    return channels * across.lines;
  }

  /** Numbers of a fine row that is kept. */
  private int fineRow(WarpScratch s) {
    return 2 * channels * s.pairs();
  }

  /** The place in [row, column, channel] of one in [row, channel, column]. */
  private int pixel(int i) {
    int column = i % across.lines;
    int channel = i / across.lines % channels;
    int row = i / rowLength();
    return (row * across.lines + column) * channels + channel;
  }

  /** Finds the fine rows and columns that the map can reach. */
  private void findReach(WarpScratch s) {
    // The last is the farthest.
    double x = across.fromCentre(across.sampled - 1);
    double y = down.fromCentre(down.sampled - 1);
    double columns = Math.abs(s.map[0]) * x + Math.abs(s.map[1]) * y;
    double rows = Math.abs(s.map[3]) * x + Math.abs(s.map[4]) * y;
    // One line more than bilinear sampling reads, since places are rounded.
    s.top = Math.max(0, floor(down.place(s.map[5] - rows)) - 1);
    s.bottom = Math.min(down.fine - 1, floor(down.place(s.map[5] + rows)) + 2);
    s.left = Math.max(0, floor(across.place(s.map[2] - columns)) - 1) >> 1;
    s.right = Math.min(across.fine - 1, floor(across.place(s.map[2] + columns)) + 2) >> 1;
    if (!s.isEmpty()) {
      s.fitFine((s.bottom - s.top + 1) * fineRow(s));
    }
  }

  private static int floor(double place) {
    return (int) Math.max(-1e6, Math.min(1e6, Math.floor(place)));
  }

  /** Makes a row of all channels that lies on a fine row. */
  private void doubleColumns(WarpScratch s, int y) {
    Arrays.fill(s.row, 0, rowLength(), 0);
    double[] taps = WarpAxis.finely(y);
    for (int i = 0; i < WarpAxis.TAPS; i++) {
      int line = WarpAxis.firstLine(y) + i;
      if (line >= 0 && line < down.continued) {
        add(s.picture, down.source[line] * rowLength(), taps[i], s.row, 0, rowLength());
      }
    }
  }

  private void doubleColumnsBack(WarpScratch s, int y) {
    double[] taps = WarpAxis.finely(y);
    for (int i = 0; i < WarpAxis.TAPS; i++) {
      int line = WarpAxis.firstLine(y) + i;
      if (line >= 0 && line < down.continued) {
        add(s.row, 0, taps[i], s.picture, down.source[line] * rowLength(), rowLength());
      }
    }
  }

  /** Makes a channel of a fine row. */
  private void doubleRow(WarpScratch s, int y, int c) {
    int first = s.left - 3;
    for (int i = first; i <= s.right + 3; i++) {
      boolean inside = i >= 0 && i < across.continued;
      s.line[BESIDE + i] = inside ? s.row[across.source[i] * channels + c] : 0;
    }
    int from = BESIDE + first;
    int to = (y - s.top) * fineRow(s) + 2 * c * s.pairs();
    filter(s.line, from, WarpAxis.FINE_EVEN, s.fine, to, s.pairs());
    filter(s.line, from + 1, WarpAxis.FINE_ODD, s.fine, to + s.pairs(), s.pairs());
  }

  private void doubleRowBack(WarpScratch s, int y, int c) {
    int first = s.left - 3;
    int to = BESIDE + first;
    int from = (y - s.top) * fineRow(s) + 2 * c * s.pairs();
    Arrays.fill(s.line, to, to + s.pairs() + WarpAxis.TAPS, 0);
    filterBack(s.fine, from, WarpAxis.FINE_EVEN, s.line, to, s.pairs());
    filterBack(s.fine, from + s.pairs(), WarpAxis.FINE_ODD, s.line, to + 1, s.pairs());
    for (int i = Math.max(0, first); i <= Math.min(across.continued - 1, s.right + 3); i++) {
      s.row[across.source[i] * channels + c] += s.line[BESIDE + i];
    }
  }

  /** Finds the four fine places around a sample, and their shares; zero beyond the last ones. */
  private boolean locate(WarpScratch s, int l, int k) {
    double x = across.fromCentre(k);
    double y = down.fromCentre(l);
    double column = across.place(s.map[0] * x + s.map[1] * y + s.map[2]);
    double row = down.place(s.map[3] * x + s.map[4] * y + s.map[5]);
    if (!(column >= -1 && column < across.fine && row >= -1 && row < down.fine)) {
      return false;
    }
    int left = (int) Math.floor(column);
    int top = (int) Math.floor(row);
    double lower = row - top;
    double later = column - left;
    corner(s, 0, top, left, (1 - lower) * (1 - later));
    corner(s, 1, top, left + 1, (1 - lower) * later);
    corner(s, 2, top + 1, left, lower * (1 - later));
    corner(s, 3, top + 1, left + 1, lower * later);
    return true;
  }

  private void corner(WarpScratch s, int corner, int row, int column, double share) {
    boolean there = row >= 0 && row < down.fine && column >= 0 && column < across.fine;
    s.places[corner] =
        there ? (row - s.top) * fineRow(s) + (column & 1) * s.pairs() + (column >> 1) - s.left : 0;
    s.shares[corner] = there ? share : 0;
  }

  /** Where a sample of the first channel is kept. */
  private int kept(int k) {
    return (k & 1) * (across.sampled / 2) + (k >> 1);
  }

  private void sample(WarpScratch s, int l, int k) {
    boolean found = locate(s, l, k);
    int to = kept(k);
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      if (found) {
        int channel = 2 * c * s.pairs();
        sum =
            s.shares[0] * s.fine[s.places[0] + channel]
                + s.shares[1] * s.fine[s.places[1] + channel]
                + s.shares[2] * s.fine[s.places[2] + channel]
                + s.shares[3] * s.fine[s.places[3] + channel];
      }
      s.sampled[to + c * across.sampled] = sum;
    }
  }

  private void sampleBack(WarpScratch s, int l, int k) {
    if (locate(s, l, k)) {
      int from = kept(k);
      for (int c = 0; c < channels; c++) {
        double gradient = s.sampled[from + c * across.sampled];
        int channel = 2 * c * s.pairs();
        for (int i = 0; i < s.places.length; i++) {
          s.fine[s.places[i] + channel] += s.shares[i] * gradient;
        }
      }
    }
  }

  private void halveRow(WarpScratch s) {
    int lines = across.lines;
    for (int c = 0; c < channels; c++) {
      int from = c * across.sampled;
      filter(s.sampled, from + 1, WarpAxis.EVEN, s.halved, c * lines, lines);
      filterMore(s.sampled, from + across.sampled / 2, WarpAxis.ODD, s.halved, c * lines, lines);
    }
  }

  private void halveRowBack(WarpScratch s) {
    int lines = across.lines;
    Arrays.fill(s.sampled, 0, channels * across.sampled, 0);
    for (int c = 0; c < channels; c++) {
      int to = c * across.sampled;
      filterBack(s.halved, c * lines, WarpAxis.EVEN, s.sampled, to + 1, lines);
      filterBack(s.halved, c * lines, WarpAxis.ODD, s.sampled, to + across.sampled / 2, lines);
    }
  }

  private static void add(double[] from, int start, double factor, double[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] += factor * from[start + i];
    }
  }

  /** Sums of {@link WarpAxis#TAPS} neighbours, the first of them at the same place. */
  private static void filter(
      double[] from, int start, double[] taps, double[] to, int at, int count) {
    Arrays.fill(to, at, at + count, 0);
    filterMore(from, start, taps, to, at, count);
  }

  private static void filterMore(
      double[] from, int start, double[] taps, double[] to, int at, int count) {
    double a = taps[0];
    double b = taps[1];
    double c = taps[2];
    double d = taps[3];
    double e = taps[4];
    double f = taps[5];
    for (int i = 0; i < count; i++) {
      to[at + i] +=
          a * from[start + i]
              + b * from[start + i + 1]
              + c * from[start + i + 2]
              + d * from[start + i + 3]
              + e * from[start + i + 4]
              + f * from[start + i + 5];
    }
  }

  private static void filterBack(
      double[] from, int start, double[] taps, double[] to, int at, int count) {
    for (int i = 0; i < taps.length; i++) {
      add(from, start, taps[i], to, at + i, count);
    }
  }
}
