package io.troupe.actors.cli;

import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.metrics.Scores;
import io.troupe.metrics.extractors.Extractors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final List<String> NAMES =
      Arrays.stream(ExtractorKind.values())
          .filter(kind -> kind != ExtractorKind.AUTO)
          .map(kind -> kind.name().toLowerCase(Locale.ROOT))
          .toList();

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description =
          "One of ${COMPLETION-CANDIDATES}; docs/metrics.md describes them. Default: inception if"
              + " its weights are given or are where 'fetch' keeps downloads, else cifar for pictures"
              + " of 32x32, else random.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Inception's weights: inception-2015-12-05.tgz, classify_image_graph_def.pb or"
              + " pt_inception-2015-12-05-6726825d.pth. Default: one of these where 'fetch' keeps"
              + " downloads.")
  private Optional<Path> weights = Optional.empty();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  private final Map<List<Integer>, Extractors.Chosen> opened = new HashMap<>();

  /** For help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return NAMES.iterator();
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
   * The extractor for pictures of one size; {@link #close} frees it.
   *
   * @throws CliException if it cannot take them, or its weights are missing
   */
  Extractors.Chosen open(int height, int width) throws CliException {
    ExtractorKind kind = kind();
    if (weights.isPresent()
        && Extractors.resolve(kind, weights, height, width) != ExtractorKind.INCEPTION) {
      throw new ParameterException(
          spec.commandLine(),
          "--weights: the extractor %s takes none".formatted(name.orElseThrow()));
    }
    try {
      // Computing inside of computeIfAbsent is safe here: opening one does not open another.
      return opened.computeIfAbsent(
          List.of(height, width), size -> Extractors.open(kind, weights, height, width));
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }

  private ExtractorKind kind() {
    if (name.isEmpty()) {
      return ExtractorKind.AUTO;
    }
    if (!NAMES.contains(name.get())) {
      throw new ParameterException(
          spec.commandLine(),
          "unknown extractor \"%s\"; allowed: %s".formatted(name.get(), String.join(", ", NAMES)));
    }
    return ExtractorKind.valueOf(name.get().toUpperCase(Locale.ROOT));
  }

  @Override
  public void close() {
    opened.values().forEach(Extractors.Chosen::close);
  }
}
