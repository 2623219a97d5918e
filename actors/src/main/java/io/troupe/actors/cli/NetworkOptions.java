package io.troupe.actors.cli;

import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.config.RunSettings.ExtractorKind;
import java.util.EnumSet;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the extractor dl4j takes of a network of one's own. */
final class NetworkOptions {
  private static final int MOST_PIXELS = 1024;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description =
          "For dl4j: the layer whose output is compared. If there is no such layer, the error"
              + " lists all.")
  private Optional<String> layer = Optional.empty();

  @Option(
      names = "--input-size",
      paramLabel = "SIZE",
      description =
          "For dl4j: height and width that pictures are scaled to for the network. Default: what"
              + " its file says, else the pictures' own.")
  private Optional<Integer> size = Optional.empty();

  @Option(
      names = "--input-order",
      paramLabel = "ORDER",
      converter = Orders.class,
      completionCandidates = Orders.class,
      description =
          "For dl4j: in which order the network takes colours, one of ${COMPLETION-CANDIDATES}."
              + " Default: rgb.")
  private Optional<ChannelOrder> order = Optional.empty();

  @Option(
      names = "--input-mean",
      paramLabel = "NUMBERS",
      description =
          "For dl4j: the network takes (level - mean) / deviation of levels from 0 to 255. One"
              + " number, or three with commas between. Default: 0, with a deviation of 255.")
  private Optional<String> mean = Optional.empty();

  @Option(
      names = "--input-deviation",
      paramLabel = "NUMBERS",
      description = "For dl4j: see --input-mean; both or neither are given.")
  private Optional<String> deviation = Optional.empty();

  /** The orders. */
  static final class Orders extends EnumNames<ChannelOrder> {
    Orders() {
      super("order", EnumSet.allOf(ChannelOrder.class));
    }
  }

  /**
   * What was given, for an extractor of a kind; that of another kind than dl4j takes nothing.
   *
   * @param owner the options that these are among, which refuse arguments
   */
  FeatureNetwork of(ExtractorKind kind, MixedOptions owner) {
    if (kind != ExtractorKind.DL4J) {
      refuse("--layer", layer, kind, owner);
      refuse("--input-size", size, kind, owner);
      refuse("--input-order", order, kind, owner);
      refuse("--input-mean", mean, kind, owner);
      refuse("--input-deviation", deviation, kind, owner);
    } else if (layer.isEmpty()) {
      throw owner.wrong("--extractor dl4j needs --layer NAME, the layer whose output is compared");
    }
    if (size.isPresent() && (size.get() < 1 || size.get() > MOST_PIXELS)) {
      throw owner.wrong("--input-size is %d; allowed: 1 to %d".formatted(size.get(), MOST_PIXELS));
    }
    if (mean.isPresent() != deviation.isPresent()) {
      throw owner.wrong("--input-mean and --input-deviation are given both or not at all");
    }
    if (mean.isPresent()
        && !(FeatureNetwork.areNumbers(mean.get())
            && FeatureNetwork.areDivisors(deviation.get()))) {
      throw owner.wrong(
          "--input-mean is \"%s\" and --input-deviation \"%s\"; allowed: %s, and deviations other than 0"
              .formatted(mean.get(), deviation.get(), FeatureNetwork.NUMBERS));
    }
    return new FeatureNetwork(
        layer.orElse(""),
        size.orElse(0),
        order.orElse(ChannelOrder.RGB),
        mean.orElse(""),
        deviation.orElse(""));
  }

  private static void refuse(
      String option, Optional<?> given, ExtractorKind kind, MixedOptions owner) {
    if (given.isPresent()) {
      throw owner.wrong(
          "%s has no effect with the extractor %s; it is for --extractor dl4j"
              .formatted(option, EnumNames.of(kind)));
    }
  }
}
