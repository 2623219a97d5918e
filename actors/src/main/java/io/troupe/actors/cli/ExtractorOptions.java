package io.troupe.actors.cli;

import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ExtractorKind;
import io.troupe.data.Dataset;
import io.troupe.metrics.Scores;
import io.troupe.metrics.extractors.Extractors;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which features are computed, and how many pictures at a time. Owns the extractors: one for each
 * size of pictures.
 */
final class ExtractorOptions extends MixedOptions implements AutoCloseable {
  @Option(
      names = "--extractor",
      paramLabel = "NAME",
      converter = Kinds.class,
      completionCandidates = Kinds.class,
      description =
          "One of ${COMPLETION-CANDIDATES}; docs/metrics.md describes them. Default: inception if"
              + " its weights are given or are where 'fetch' keeps downloads, else cifar for pictures"
              + " of 32x32, else random. dl4j is a network of your own.")
  private Optional<ExtractorKind> named = Optional.empty();

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Inception's weights: inception-2015-12-05.tgz, classify_image_graph_def.pb or"
              + " pt_inception-2015-12-05-6726825d.pth. Default: one of these where 'fetch' keeps"
              + " downloads. For dl4j: a network's file, DeepLearning4J's .zip or Keras' .h5.")
  private Optional<Path> weights = Optional.empty();

  @Mixin private final NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "64",
      description = "Pictures at a time. Default: ${DEFAULT-VALUE}.")
  private int batch;

  private final Map<List<Integer>, Extractors.Chosen> opened = new HashMap<>();

  /** The kind for all pictures, if it was not said. */
  private ExtractorKind agreed = ExtractorKind.AUTO;

  /** The kinds. */
  static final class Kinds extends EnumNames<ExtractorKind> {
    Kinds() {
      super("extractor", EnumSet.complementOf(EnumSet.of(ExtractorKind.AUTO)));
    }
  }

  /** Pictures at a time. */
  int batch() {
    if (batch < 1) {
      throw wrong("--batch must be at least 1");
    }
    return batch;
  }

  /** The name that scores of saved statistics bear, which do not say what made them. */
  String ofStatistics() {
    return named.map(EnumNames::of).orElse(Scores.INCEPTION);
  }

  /**
   * Chooses one kind of extractor for pictures that are compared, if none is asked for.
   *
   * @return what was chosen and why, if their sizes differ
   */
  Optional<String> agree(List<Dataset> sides) {
    List<String> sizes =
        sides.stream().map(p -> "%dx%d".formatted(p.width(), p.height())).distinct().toList();
    if (named.isPresent() || sizes.size() < 2) {
      return Optional.empty();
    }
    Set<ExtractorKind> kinds = EnumSet.noneOf(ExtractorKind.class);
    for (Dataset side : sides) {
      kinds.add(Extractors.resolve(ExtractorKind.AUTO, weights, side.height(), side.width()));
    }
    // CIFAR's takes one size, the others take any.
    agreed = kinds.size() == 1 ? kinds.iterator().next() : ExtractorKind.RANDOM;
    return Optional.of(
        "warning: the pictures are of different sizes (%s); the extractor of both is %s, %s. Scale one side to compare equal sizes"
            .formatted(
                String.join(" and ", sizes),
                EnumNames.of(agreed),
                agreed == ExtractorKind.INCEPTION
                    ? "which scales every picture"
                    : "as cifar takes 32x32 only and inception's weights are not there"));
  }

  /**
   * The extractor for pictures of one size; {@link #close} frees it.
   *
   * @throws CliException if it cannot take them, or its weights are missing
   */
  Extractors.Chosen open(int height, int width) throws CliException {
    ExtractorKind kind = named.orElse(agreed);
    ExtractorKind resolved = Extractors.resolve(kind, weights, height, width);
    if (weights.isPresent()
        && resolved != ExtractorKind.INCEPTION
        && resolved != ExtractorKind.DL4J) {
      throw wrong("--weights: the extractor %s takes none".formatted(EnumNames.of(kind)));
    }
    if (weights.isEmpty() && resolved == ExtractorKind.DL4J) {
      throw wrong("--extractor dl4j needs --weights FILE, a network's file");
    }
    FeatureNetwork wanted = network.of(resolved, this);
    try {
      // Computing inside of computeIfAbsent is safe here: opening one does not open another.
      return opened.computeIfAbsent(
          List.of(height, width), size -> Extractors.open(kind, weights, wanted, height, width));
    } catch (IllegalArgumentException e) {
      throw new CliException(e.getMessage());
    }
  }

  @Override
  public void close() {
    opened.values().forEach(Extractors.Chosen::close);
  }
}
