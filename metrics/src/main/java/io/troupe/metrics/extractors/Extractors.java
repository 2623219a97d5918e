package io.troupe.metrics.extractors;

import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.RandomFeatures;
import io.troupe.metrics.cifar.CifarFeatures;
import io.troupe.metrics.inception.InceptionFeatures;
import io.troupe.metrics.inception.InceptionWeights;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Feature extractors by kind. */
public final class Extractors {
  /** Side of the pictures that {@link ExtractorKind#CIFAR} takes, in pixels. */
  public static final int CIFAR_SIZE = 32;

  /** Files that Inception's weights are published as. */
  private static final List<String> WEIGHT_FILES =
      List.of(
          "inception-2015-12-05.tgz",
          "classify_image_graph_def.pb",
          "pt_inception-2015-12-05-6726825d.pth");

  private Extractors() {}

  /**
   * An extractor and what scores made with it must say. Owns the extractor.
   *
   * @param weights SHA-256 of its weights, if it has any
   * @param resize how it brings pictures to its size
   */
  public record Chosen(FeatureExtractor extractor, Optional<String> weights, String resize)
      implements AutoCloseable {
    @Override
    public void close() {
      extractor.close();
    }
  }

  /**
   * The kind that is used for pictures of a size: for {@link ExtractorKind#AUTO} the first that can
   * be.
   *
   * @param weights Inception's file; empty is where {@code troupe fetch} puts it
   */
  public static ExtractorKind resolve(
      ExtractorKind kind, Optional<Path> weights, int height, int width) {
    if (kind != ExtractorKind.AUTO) {
      return kind;
    }
    if (weights.or(Extractors::fetched).isPresent()) {
      return ExtractorKind.INCEPTION;
    }
    return height == CIFAR_SIZE && width == CIFAR_SIZE ? ExtractorKind.CIFAR : ExtractorKind.RANDOM;
  }

  private static Optional<Path> fetched() {
    Path folder = CacheFolder.ofUser().root();
    return WEIGHT_FILES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Makes an extractor for pictures of a size.
   *
   * @throws IllegalArgumentException if it cannot take them, or its weights are missing
   * @throws io.troupe.metrics.inception.WeightsException if its weights are no good
   */
  public static Chosen open(ExtractorKind kind, Optional<Path> weights, int height, int width) {
    return switch (resolve(kind, weights, height, width)) {
      case INCEPTION -> inception(weights.or(Extractors::fetched), height, width);
      case CIFAR -> {
        CifarFeatures features = new CifarFeatures(height, width);
        yield new Chosen(features, Optional.of(features.identity()), "none");
      }
      case RANDOM, AUTO -> new Chosen(new RandomFeatures(height, width), Optional.empty(), "none");
    };
  }

  private static Chosen inception(Optional<Path> weights, int height, int width) {
    Path file =
        weights.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the weights of inception are not there: run 'troupe fetch inception', give one of %s, or put it into %s"
                        .formatted(String.join(", ", WEIGHT_FILES), CacheFolder.ofUser().root())));
    return new Chosen(
        new InceptionFeatures(InceptionWeights.read(file), height, width),
        Optional.of(sha256(file)),
        "TensorFlow 1 bilinear to 299x299");
  }

  private static String sha256(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        DigestInputStream content =
            new DigestInputStream(raw, MessageDigest.getInstance("SHA-256"))) {
      content.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(content.getMessageDigest().digest());
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
    }
  }
}
