package io.troupe.actors.cli;

import io.troupe.data.fetch.CacheFolder;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.RandomFeatures;
import io.troupe.metrics.Scores;
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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Which features are computed, and how many pictures at a time. Owns the extractors: one for each
 * size of pictures.
 */
final class ExtractorOptions implements AutoCloseable {
  private static final String RANDOM = "random";
  private static final List<String> NAMES = List.of(Scores.INCEPTION, RANDOM);

  /** Files that Inception's weights are published as. */
  private static final List<String> WEIGHT_FILES =
      List.of(
          "inception-2015-12-05.tgz",
          "classify_image_graph_def.pb",
          "pt_inception-2015-12-05-6726825d.pth");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description =
          "One of ${COMPLETION-CANDIDATES}; docs/metrics.md describes them. Default: inception if"
              + " its weights are given or are where 'fetch' keeps downloads, else random.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Inception's weights: inception-2015-12-05.tgz, classify_image_graph_def.pb or"
              + " pt_inception-2015-12-05-6726825d.pth. Default: one of these where 'fetch' keeps"
              + " downloads.")
  private Optional<Path> weightsFile = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  private final List<Chosen> opened = new ArrayList<>();
  private Optional<Weights> weights = Optional.empty();

  /** For help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NAMES.iterator();
    }
  }

  private record Weights(InceptionWeights values, String digest) {}

  /**
   * An extractor for pictures of one size, and what scores made with it must say.
   *
   * @param weights SHA-256 of the file with its weights
   * @param resize how it brings pictures to its size
   */
  record Chosen(
      FeatureExtractor extractor, int height, int width, Optional<String> weights, String resize) {}

  /** Pictures at a time. */
  int batch() {
    if (batch < 1) {
      throw new ParameterException(spec.commandLine(), "--batch must be at least 1");
    }
    return batch;
  }

  /** The name that scores of saved statistics bear, which do not say what made them. */
  String ofStatistics() {
    return name.orElse(Scores.INCEPTION);
  }

  /**
   * The extractor for pictures of one size; {@link #close} frees it.
   *
   * @throws CliException if it cannot take them, or its weights are missing
   */
  Chosen open(int height, int width) throws CliException {
    for (Chosen known : opened) {
      if (known.height() == height && known.width() == width) {
        return known;
      }
    }
    Optional<Path> file = weightsFile.or(ExtractorOptions::fetched);
    String chosen = name.orElse(file.isPresent() ? Scores.INCEPTION : RANDOM);
    Chosen made =
        switch (chosen) {
          case Scores.INCEPTION -> inception(file, height, width);
          case RANDOM -> random(height, width);
          default ->
              throw new ParameterException(
                  spec.commandLine(),
                  "unknown extractor \"%s\"; allowed: %s"
                      .formatted(chosen, String.join(", ", NAMES)));
        };
    opened.add(made);
    return made;
  }

  private static Optional<Path> fetched() {
    Path folder = CacheFolder.ofUser().root();
    return WEIGHT_FILES.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  private Chosen random(int height, int width) throws CliException {
    if (weightsFile.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--weights: the extractor random takes none");
    }
    try {
      return new Chosen(new RandomFeatures(height, width), height, width, Optional.empty(), "none");
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }

  private Chosen inception(Optional<Path> file, int height, int width) throws CliException {
    if (file.isEmpty()) {
      throw new CliException(
          "the weights of inception are not there: give one of %s with --weights, or put it into %s"
              .formatted(String.join(", ", WEIGHT_FILES), CacheFolder.ofUser().root()));
    }
    if (weights.isEmpty()) {
      weights = Optional.of(new Weights(InceptionWeights.read(file.get()), digest(file.get())));
    }
    return new Chosen(
        new InceptionFeatures(weights.get().values(), height, width),
        height,
        width,
        Optional.of(weights.get().digest()),
        "TensorFlow 1 bilinear to 299x299");
  }

  private static String digest(Path file) throws CliException {
    try (InputStream raw = Files.newInputStream(file);
        DigestInputStream content =
            new DigestInputStream(raw, MessageDigest.getInstance("SHA-256"))) {
      content.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(content.getMessageDigest().digest());
    } catch (IOException e) {
      throw new CliException("%s: cannot be read: %s".formatted(file, e));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void close() {
    opened.forEach(chosen -> chosen.extractor().close());
    opened.clear();
  }
}
