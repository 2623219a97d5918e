package io.troupe.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.data.fetch.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statistics of real images that were computed before, one {@link StatisticsFile} for each key.
 *
 * @param folder need not exist
 */
public record ReferenceCache(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(ReferenceCache.class);

  /**
   * All that the statistics depend on.
   *
   * @param dataset {@link #digest} of the images
   * @param split which part of the dataset; for the file's name
   * @param extractor the extractor's name
   * @param weights SHA-256 of its weights, and which of its features; empty if its name says all
   * @param resize how images are brought to its size
   * @param count number of images
   */
  public record Key(
      String dataset, String split, String extractor, String weights, String resize, int count) {
    /** The name of its file: what people look for, and a digest of everything. */
    String fileName() {
      return "%s-%s-%d-%s.npz"
          .formatted(
              extractor.replaceAll("\\W+", "_"),
              split.replaceAll("\\W+", "_"),
              count,
              hex(sha256().digest(toString().getBytes(UTF_8))).substring(0, 32));
    }
  }

  /** The user's, where {@code troupe fetch} keeps downloads. */
  public static ReferenceCache ofUser() {
    return new ReferenceCache(CacheFolder.ofUser().root().resolve("statistics"));
  }

  /** Reads one image into an array. */
  public interface Images {
    /** Copies an image's bytes. */
    void read(int index, byte[] target);
  }

  /** Identifies images by their content: the SHA-256 of their size and all their bytes. */
  public static String digest(Images images, int count, int height, int width, int channels) {
    MessageDigest digest = sha256();
    digest.update("%d x %d".formatted(height, width).getBytes(UTF_8));
    byte[] image = new byte[channels * height * width];
    for (int i = 0; i < count; i++) {
      images.read(i, image);
      digest.update(image);
    }
    return hex(digest.digest());
  }

  /** The statistics of a key, if they are there. A file that cannot be used counts as missing. */
  public Optional<GaussianStatistics> find(Key key) {
    Path file = path(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(StatisticsFile.read(file)).filter(s -> s.count() == key.count());
    } catch (IOException e) {
      LOG.warn("{}; the statistics are computed anew", IoReason.of(e));
      return Optional.empty();
    }
  }

  /** Keeps the statistics of a key. */
  public void store(Key key, GaussianStatistics statistics) throws IOException {
    StatisticsFile.write(path(key), statistics);
    AtomicFile.removeLeftovers(folder);
  }

  /** Where the statistics of a key are or would be. */
  public Path path(Key key) {
    return folder.resolve(key.fileName());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
