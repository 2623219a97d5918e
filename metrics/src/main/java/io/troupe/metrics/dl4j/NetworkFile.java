package io.troupe.metrics.dl4j;

import io.troupe.config.files.IoReason;
import io.troupe.metrics.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.util.CrashReportingUtil;

/**
 * A network in a file, of which kind its content says.
 *
 * @param input what the network takes; empty if that is no pictures
 */
record NetworkFile(LoadedNetwork network, Optional<NetworkInput> input) {
  private static final byte[] ZIP = {'P', 'K'};
  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int LONGEST_REASON = 300;

  /**
   * Reads a file.
   *
   * @param prepared whether it is known how the network's pictures are prepared
   * @throws WeightsException if it is none of those that are read, or damaged
   */
  static NetworkFile read(Path file, boolean prepared) {
    // Else DeepLearning4J writes files of its own when memory is short.
    CrashReportingUtil.crashDumpsEnabled(false);
    if (Files.isDirectory(file)) {
      throw new WeightsException(
          "%s is a folder; give a .zip of DeepLearning4J or an .h5 of Keras".formatted(file));
    }
    try {
      byte[] start = start(file);
      if (startsWith(start, ZIP)) {
        LoadedNetwork network = ArchiveReader.read(file, prepared);
        return new NetworkFile(network, network.input());
      }
      if (startsWith(start, HDF5)) {
        KerasReader.Keras keras = KerasReader.read(file);
        return new NetworkFile(keras.network(), keras.input().or(() -> keras.network().input()));
      }
      throw new IOException(
          "is neither a .zip that DeepLearning4J wrote nor an .h5 that Keras wrote");
    } catch (NoSuchFileException e) {
      throw new WeightsException("there is no file " + file, e);
    } catch (IOException e) {
      throw new WeightsException(
          "%s %s".formatted(file, e.getMessage() == null ? IoReason.of(e) : e.getMessage()), e);
    } catch (RuntimeException | LinkageError e) {
      throw new WeightsException(
          "%s holds no network that DeepLearning4J can make: %s".formatted(file, reason(e)), e);
    }
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HDF5.length);
    }
  }

  private static boolean startsWith(byte[] start, byte... expected) {
    return start.length >= expected.length
        && Arrays.equals(start, 0, expected.length, expected, 0, expected.length);
  }

  /** What lies at the bottom of a failure, in a line. */
  static String reason(Throwable failure) {
    Throwable bottom = failure;
    while (bottom.getCause() != null && bottom.getCause() != bottom) {
      bottom = bottom.getCause();
    }
    String text = bottom.getMessage() == null ? bottom.toString() : bottom.getMessage();
    String line = text.strip().lines().findFirst().orElse("").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "..." : line;
  }
}
