package io.troupe.metrics.extractors;

import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.RandomFeatures;
import io.troupe.metrics.cifar.CifarFeatures;
import io.troupe.metrics.dl4j.Dl4jFeatures;
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
   * @param network which network it is and what of it the features are, if its name does not say
   * @param resize how it brings images to its size
   */
  public record Chosen(
      FeatureExtractor extractor, Optional<String> weights, Optional<String> network, String resize)
      implements AutoCloseable {
    /** An extractor whose name says which network it is. */
    public Chosen(FeatureExtractor extractor, Optional<String> weights, String resize) {
      this(extractor, weights, Optional.empty(), resize);
    }

    /** Besides its name and {@link #resize}, what its features depend on. */
    public String identity() {
      return weights.orElse("") + network.map(which -> " " + which).orElse("");
    }

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
   * @param weights its file
   * @param network what {@link ExtractorKind#DL4J} takes of it; others take none
   * @throws IllegalArgumentException if it cannot take them
   * @throws io.troupe.metrics.WeightsException if its weights are missing or no good
   */
  public static Chosen open(
      ExtractorKind kind, Optional<Path> weights, FeatureNetwork network, int height, int width) {
    return switch (resolve(kind, weights, height, width)) {
      case INCEPTION -> inception(InceptionWeights.find(weights), height, width);
      case CIFAR -> {
        CifarFeatures features = new CifarFeatures(height, width);
        yield new Chosen(features, Optional.of(features.identity()), "none");
      }
      case DL4J -> network(weights.orElseThrow(), network, height, width);
      case RANDOM, AUTO -> new Chosen(new RandomFeatures(height, width), Optional.empty(), "none");
    };
  }

  private static Chosen inception(Path file, int height, int width) {
    return new Chosen(
        new InceptionFeatures(InceptionWeights.read(file), height, width),
        Optional.of(sha256(file)),
        "TensorFlow 1 bilinear to 299x299");
  }

  private static Chosen network(Path file, FeatureNetwork wanted, int height, int width) {
    Dl4jFeatures features = Dl4jFeatures.open(file, wanted, height, width);
    return new Chosen(
        features,
        Optional.of(sha256(file)),
        Optional.of("%s, %s".formatted(file.getFileName(), features.described())),
        features.preparation());
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
