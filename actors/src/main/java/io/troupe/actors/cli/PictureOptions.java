package io.troupe.actors.cli;

import io.troupe.config.Assignment;
import io.troupe.config.DatasetSettings;
import io.troupe.config.DatasetSettings.Filter;
import io.troupe.config.DatasetSettings.Fit;
import io.troupe.config.Parts;
import io.troupe.config.SettingsChanges;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Squares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How pictures are read, of both sides of a comparison, before anything else is done with them. */
final class PictureOptions extends MixedOptions {
  private static final int MOST_PIXELS = 1024;

  @Option(
      names = "--resize",
      paramLabel = "SIZE",
      description =
          "Make every picture a square of SIZE pixels, as training does; then they may be of"
              + " different sizes. Default: pictures are taken as they are.")
  private Optional<Integer> side = Optional.empty();

  @Option(
      names = "--fit",
      paramLabel = "FIT",
      converter = Fits.class,
      completionCandidates = Fits.class,
      description =
          "How pictures become squares, as dataset.fit does in training: one of"
              + " ${COMPLETION-CANDIDATES}. Default: crop.")
  private Optional<Fit> fit = Optional.empty();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      converter = Filters.class,
      completionCandidates = Filters.class,
      description =
          "Pillow's filter that they are scaled by: one of ${COMPLETION-CANDIDATES}. Default: bilinear.")
  private Optional<Filter> filter = Optional.empty();

  @Option(
      names = "--upright",
      description =
          "Turn pictures as the camera noted in their files (EXIF), as dataset.upright does in"
              + " training.")
  private boolean upright;

  /** Whether there are picture files that are turned. */
  private boolean turns;

  /** The ways to fit. */
  static final class Fits extends EnumNames<Fit> {
    Fits() {
      super("fit", EnumSet.allOf(Fit.class));
    }
  }

  /** The filters. */
  static final class Filters extends EnumNames<Filter> {
    Filters() {
      super("filter", EnumSet.allOf(Filter.class));
    }
  }

  /** What pictures become; empty if they are taken as they are. */
  Optional<Squares> squares() {
    refuseWithoutResize("--filter", filter);
    refuseWithoutResize("--fit", fit);
    if (side.isPresent() && (side.get() < 1 || side.get() > MOST_PIXELS)) {
      throw wrong("--resize is %d; allowed: 1 to %d".formatted(side.get(), MOST_PIXELS));
    }
    return side.map(
        pixels -> new Squares(pixels, fit.orElse(Fit.CROP), filter.orElse(Filter.BILINEAR)));
  }

  private void refuseWithoutResize(String option, Optional<?> given) {
    if (given.isPresent() && side.isEmpty()) {
      throw wrong(
          "%s has no effect without --resize; give both, or leave it out".formatted(option));
    }
  }

  /**
   * How a dataset at a path is opened.
   *
   * @param kind the name of one of {@link Parts#datasets}
   */
  DatasetSettings settings(String kind, Path path) {
    List<Assignment> changes = new ArrayList<>();
    String absolute = path.toAbsolutePath().normalize().toString();
    changes.add(Assignment.option("PICTURES", "dataset.path", absolute));
    changes.add(Assignment.option("PICTURES", "dataset.kind", kind));
    if (upright && reads(kind, "upright")) {
      changes.add(Assignment.option("--upright", "dataset.upright", true));
      turns = true;
    }
    return SettingsLoader.load(
            "demo", new SettingsChanges(List.of(), changes, any -> Optional.empty()))
        .dataset();
  }

  private static boolean reads(String kind, String key) {
    return Parts.datasets().stream()
        .anyMatch(one -> one.name().equals(kind) && one.settings().contains(key));
  }

  /** Refuses options that change nothing of what was opened. */
  void requireEffect(List<PictureInput> inputs) {
    if (side.isPresent() && inputs.stream().allMatch(input -> input.pictures().isEmpty())) {
      throw wrong("--resize has no effect on statistics; leave it out");
    }
    if (upright && !turns) {
      throw wrong("--upright has an effect on picture files only; leave it out");
    }
  }

  /** How the protocol says it, before what the extractor does. */
  String protocol(String extractors) {
    Stream<String> turned = upright ? Stream.of("turned upright") : Stream.empty();
    Stream<String> squares = squares().stream().map(PictureOptions::text);
    List<String> before = Stream.concat(turned, squares).toList();
    return before.isEmpty()
        ? extractors
        : "%s, then: %s".formatted(String.join(", ", before), extractors);
  }

  private static String text(Squares squares) {
    String verb =
        switch (squares.fit()) {
          case CROP -> "cut";
          case PAD -> "padded";
          case STRETCH -> "stretched";
        };
    return "%s to %dx%d by Pillow's %s"
        .formatted(verb, squares.side(), squares.side(), EnumNames.of(squares.filter()));
  }
}
