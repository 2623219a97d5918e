package io.troupe.metrics;

import io.troupe.config.files.AtomicFile;
import io.troupe.data.npz.NpyArray;
import io.troupe.data.npz.NpzReader;
import io.troupe.data.npz.NpzWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Saved statistics, as pytorch-fid and others write and read them: an .npz file with {@code mu} of
 * shape [d] and {@code sigma} of shape [d, d], float64 or float32. Files that are written here have
 * the number of images too, as {@code count}.
 */
public final class StatisticsFile {
  private static final String MEAN = "mu";
  private static final String COVARIANCE = "sigma";
  private static final String COUNT = "count";

  /** Of the largest number; by more than that a covariance must not differ from its transpose. */
  private static final double ASYMMETRY = 1e-5;

  private StatisticsFile() {}

  /** Whether an .npz file holds statistics, rather than images. */
  public static boolean holdsStatistics(Path file) throws IOException {
    try (NpzReader npz = new NpzReader(file)) {
      return npz.names().containsAll(List.of(MEAN, COVARIANCE));
    }
  }

  /**
   * Reads statistics.
   *
   * @throws IOException if the file is missing or damaged or its arrays are not such statistics;
   *     the message names it
   */
  public static GaussianStatistics read(Path file) throws IOException {
    try (NpzReader npz = new NpzReader(file)) {
      NpyArray mu = npz.read(MEAN);
      NpyArray sigma = npz.read(COVARIANCE);
      List<Integer> shape = mu.header().shape();
      if (shape.size() != 1
          || shape.get(0) == 0
          || !sigma.header().shape().equals(List.of(shape.get(0), shape.get(0)))) {
        throw new IOException(
            "%s: mu has shape %s and sigma %s, expected [d] and [d, d]"
                .formatted(file, shape, sigma.header().shape()));
      }
      double[] covariance = sigma.doubles();
      symmetrise(covariance, shape.get(0), file);
      return new GaussianStatistics(mu.doubles(), covariance, count(npz, file));
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "%s: the statistics do not fit into the JVM's memory of %d MiB; give it more with"
                  .formatted(file, Runtime.getRuntime().maxMemory() >> 20)
              + " TROUPE_JAVA_OPTS=-Xmx...",
          e);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: no usable statistics: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static long count(NpzReader npz, Path file) throws IOException {
    if (!npz.names().contains(COUNT)) {
      return 0;
    }
    long[] count = npz.read(COUNT).longs();
    if (count.length != 1) {
      throw new IOException(
          "%s: count has %d numbers, expected one, the number of pictures"
              .formatted(file, count.length));
    }
    return count[0];
  }

  private static void symmetrise(double[] covariance, int dimension, Path file) throws IOException {
    double most = 0;
    for (double value : covariance) {
      most = Math.max(most, Math.abs(value));
    }
    for (int row = 0; row < dimension; row++) {
      for (int column = 0; column < row; column++) {
        double below = covariance[row * dimension + column];
        double above = covariance[column * dimension + row];
        if (Math.abs(below - above) > ASYMMETRY * most) {
          throw new IOException(
              "%s: sigma is not symmetric: it has %s at [%d, %d] and %s at [%d, %d]"
                  .formatted(file, below, row, column, above, column, row));
        }
        double mean = (below + above) / 2;
        covariance[row * dimension + column] = mean;
        covariance[column * dimension + row] = mean;
      }
    }
  }

  /** Writes statistics; the file appears complete or not at all, and replaces one that is there. */
  public static void write(Path file, GaussianStatistics statistics) throws IOException {
    int dimension = statistics.dimension();
    AtomicFile.write(
        file,
        place -> {
          try (NpzWriter npz = new NpzWriter(place)) {
            npz.add(MEAN, NpyArray.of(statistics.sharedMean(), dimension));
            npz.add(COVARIANCE, NpyArray.of(statistics.sharedCovariance(), dimension, dimension));
            if (statistics.count() > 0) {
              npz.add(COUNT, NpyArray.of(new long[] {statistics.count()}));
            }
          }
        });
  }
}
