package io.troupe.metrics;

import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** The fixture that scripts/fixtures/metrics.py made with NumPy, SciPy and scikit-learn. */
final class Expected {
  static final int DIMENSION = 12;

  private Expected() {}

  static NpyArray array(String name) {
    try (NpzReader npz = new NpzReader(file())) {
      return npz.read(name);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path file() {
    try {
      return Path.of(Objects.requireNonNull(Expected.class.getResource("expected.npz")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static double[] doubles(String name) {
    try {
      return array(name).doubles();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static float[] floats(String name) {
    try {
      return array(name).floats();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static int[] ints(String name) {
    return Arrays.stream(doubles(name)).mapToInt(value -> (int) value).toArray();
  }

  static FeatureRows rows(String name) {
    return rows(DIMENSION, floats(name));
  }

  static FeatureRows rows(int dimension, float... values) {
    FeatureRows rows = new FeatureRows(values.length / dimension, dimension);
    for (int i = 0; i < values.length; i += dimension) {
      rows.add(values, i);
    }
    return rows;
  }
}
