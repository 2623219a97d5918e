package io.troupe.actors.cli;

import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.RandomFeatures;
import io.troupe.metrics.Scores;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which features are computed, and how many pictures at a time. */
final class ExtractorOptions {
  private static final List<String> NAMES = List.of("random");

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--weights", paramLabel = "FILE", description = "The extractor's weights.")
  private Optional<Path> weights = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  /** For help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NAMES.iterator();
    }
  }

  /**
   * An extractor and what scores made with it must say.
   *
   * @param weights SHA-256 of its weights
   * @param resize how it brings pictures to its size
   */
  record Chosen(FeatureExtractor extractor, Optional<String> weights, String resize)
      implements AutoCloseable {
    @Override
    public void close() {
      extractor.close();
    }
  }

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
   * Makes the extractor for pictures of one size.
   *
   * @throws CliException if it cannot take them, or its weights are missing
   */
  Chosen open(int height, int width) throws CliException {
    String chosen = name.orElse("random");
    if (!NAMES.contains(chosen)) {
      throw new ParameterException(
          spec.commandLine(),
          "unknown extractor \"%s\"; allowed: %s".formatted(chosen, String.join(", ", NAMES)));
    }
    if (weights.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--weights: the extractor %s takes none".formatted(chosen));
    }
    try {
      return new Chosen(new RandomFeatures(height, width), Optional.empty(), "none");
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }
}
