package io.troupe.actors.cli;

import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.data.Squares;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** To which size pictures of both sides are brought before anything else. */
final class ResizeOptions extends MixedOptions {
  private static final int MOST_PIXELS = 1024;

  @Option(
      names = "--resize",
      paramLabel = "SIZE",
      description =
          "Scale the shorter side of every picture to SIZE pixels and cut out the square in the"
              + " centre, as training does; then pictures of a folder may be of different sizes."
              + " Default: pictures are taken as they are.")
  private Optional<Integer> side = Optional.empty();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      completionCandidates = Filters.class,
      description =
          "With which filter of Pillow's: one of ${COMPLETION-CANDIDATES}. Default: bilinear.")
  private Optional<String> filter = Optional.empty();

  /** The names that can be given. */
  static final class Filters implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }

  private static List<String> names() {
    return Arrays.stream(Filter.values()).map(one -> one.name().toLowerCase(Locale.ROOT)).toList();
  }

  /** What pictures become; empty if they are taken as they are. */
  Optional<Squares> squares() {
    if (filter.isPresent() && side.isEmpty()) {
      throw wrong("--filter has no effect without --resize; give both, or leave it out");
    }
    if (side.isPresent() && (side.get() < 1 || side.get() > MOST_PIXELS)) {
      throw wrong("--resize is %d; allowed: 1 to %d".formatted(side.get(), MOST_PIXELS));
    }
    String name = filter.orElse("bilinear");
    if (!names().contains(name)) {
      throw wrong("unknown filter \"%s\"; allowed: %s".formatted(name, String.join(", ", names())));
    }
    return side.map(
        pixels -> new Squares(pixels, Fit.CROP, Filter.valueOf(name.toUpperCase(Locale.ROOT))));
  }

  /** How the protocol says it, before what the extractor does. */
  String protocol(String extractors) {
    return squares()
        .map(
            squares ->
                "cut to %dx%d by Pillow's %s, then: %s"
                    .formatted(
                        squares.side(),
                        squares.side(),
                        squares.filter().name().toLowerCase(Locale.ROOT),
                        extractors))
        .orElse(extractors);
  }
}
