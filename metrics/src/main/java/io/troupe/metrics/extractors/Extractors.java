package io.troupe.metrics.extractors;

import io.troupe.config.RunSettings.ExtractorKind;
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
import java.util.Optional;

/** Feature extractors by kind. */
public final class Extractors {
  /** Side of the images that {@link ExtractorKind#CIFAR} takes, in pixels. */
  public static final int CIFAR_SIZE = 32;

  private Extractors() {}

  /**
   * An extractor and what scores made with it must say. Owns the extractor.
   *
   * @param weights SHA-256 of its weights, if it has any
   * @param resize how it brings images to its size
   */
  public record Chosen(FeatureExtractor extractor, Optional<String> weights, String resize)
      implements AutoCloseable {
    @Override
    public void close() {
      extractor.close();
    }
  }

  /**
   * The kind that is used for images of a size: for {@link ExtractorKind#AUTO} the first that can
   * be.
   *
   * @param weights Inception's file; empty is where {@code troupe fetch} puts it
   */
  public static ExtractorKind resolve(
      ExtractorKind kind, Optional<Path> weights, int height, int width) {
    if (kind != ExtractorKind.AUTO) {
      return kind;
    }
    if (weights.or(InceptionWeights::fetched).isPresent()) {
      return ExtractorKind.INCEPTION;
    }
    return height == CIFAR_SIZE && width == CIFAR_SIZE ? ExtractorKind.CIFAR : ExtractorKind.RANDOM;
  }

  /**
   * Makes an extractor for images of a size.
   *
   * @throws IllegalArgumentException if it cannot take them
   * @throws io.troupe.metrics.inception.WeightsException if its weights are missing or no good
   */
  public static Chosen open(ExtractorKind kind, Optional<Path> weights, int height, int width) {
    return switch (resolve(kind, weights, height, width)) {
      case INCEPTION -> inception(InceptionWeights.find(weights), height, width);
      case CIFAR -> {
        CifarFeatures features = new CifarFeatures(height, width);
        yield new Chosen(features, Optional.of(features.identity()), "none");
      }
      case RANDOM, AUTO -> new Chosen(new RandomFeatures(height, width), Optional.empty(), "none");
    };
  }

  private static Chosen inception(Path file, int height, int width) {
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
