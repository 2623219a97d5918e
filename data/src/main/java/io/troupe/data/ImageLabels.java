package io.troupe.data;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Labels of images in a NumPy array: whole numbers, one for each image, or one-hot rows. */
final class ImageLabels {
  private static final int MOST_CLASSES = 100_000;

  private final int[] labels;
  private final int classes;

  private ImageLabels(int[] labels, int classes) {
    this.labels = labels;
    this.classes = classes;
  }

  /** One for each image, from 0. */
  int[] labels() {
    return labels;
  }

  /** How many there are: to the largest label, or as many as a row has numbers. */
  int classes() {
    return classes;
  }

  /** Whether an array may have one label for each image. */
  static boolean isOnePerImage(NpyHeader header, int count) {
    return header.shape().equals(List.of(count)) || header.shape().equals(List.of(count, 1));
  }

  /** Whether an array may have a one-hot row for each image. */
  static boolean isRowPerImage(NpyHeader header, int count) {
    List<Integer> shape = header.shape();
    return shape.size() == 2 && shape.get(0) == count && shape.get(1) > 1;
  }

  /**
   * Reads them.
   *
   * @param place of the array, for messages
   * @param count of images
   * @throws DatasetException if these are no labels
   */
  static ImageLabels read(String place, NpzReader npz, String name, int count) throws IOException {
    NpyHeader header = npz.header(name);
    boolean hot = isRowPerImage(header, count);
    if (!hot && !isOnePerImage(header, count)) {
      throw new DatasetException(
          "%s: shape %s, expected [%d], one for each picture, or one-hot rows of shape [%d, classes]"
              .formatted(place, header.shape(), count, count));
    }
    NpyArray array = npz.read(name);
    if (hot) {
      return new ImageLabels(
          hot(place, array.doubles(), header.shape().get(1)), header.shape().get(1));
    }
    int[] labels = new int[count];
    long[] whole = header.type().isInteger() ? array.longs() : whole(place, array.doubles());
    for (int i = 0; i < count; i++) {
      if (whole[i] < 0 || whole[i] >= MOST_CLASSES) {
        throw new DatasetException(
            "%s: label %d (from 0) is %d, expected 0 to %d"
                .formatted(place, i, whole[i], MOST_CLASSES - 1));
      }
      labels[i] = (int) whole[i];
    }
    return new ImageLabels(labels, 1 + IntStream.of(labels).max().orElseThrow());
  }

  private static int[] hot(String place, double[] values, int classes) {
    int[] labels = new int[values.length / classes];
    for (int i = 0; i < labels.length; i++) {
      double[] row = Arrays.copyOfRange(values, i * classes, (i + 1) * classes);
      int[] ones = IntStream.range(0, classes).filter(k -> row[k] == 1).toArray();
      if (ones.length != 1 || Arrays.stream(row).filter(value -> value != 0).count() != 1) {
        throw new DatasetException(
            "%s: row %d (from 0) is not one-hot: expected a single 1 and zeros. Save labels.argmax(axis=1)"
                .formatted(place, i));
      }
      labels[i] = ones[0];
    }
    return labels;
  }

  private static long[] whole(String place, double[] values) {
    long[] whole = new long[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (long) values[i];
      if ((double) whole[i] != values[i]) {
        throw new DatasetException(
            "%s: label %d (from 0) is %s, expected a whole number".formatted(place, i, values[i]));
      }
    }
    return whole;
  }
}
