package io.troupe.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Knows for every key with which other settings it has an effect. Changing a key without effect is
 * refused, and the message says what to do; defaults and presets may hold such keys.
 *
 * <p>A new key has to be declared in {@link #USES}: alone if it always has an effect, otherwise
 * with what it needs of other keys. An entry for a section holds for all keys in it, in addition to
 * their own entries.
 */
final class Uses {
  /** Values of one key, as {@link SettingsWriter} writes them without quotes. */
  private record Need(String key, String words, List<String> values, boolean listed) {
    boolean isMet(Map<String, String> settings) {
      return values.contains(settings.get(key)) == listed;
    }

    String describe(Map<String, String> settings) {
      String value = settings.get(key);
      return "%s %s (it is %s)".formatted(key, words, value.isEmpty() ? "\"\"" : value);
    }
  }

  /** At least one of these needs has to be met. */
  private record Use(List<Need> anyOf) {
    boolean isMet(Map<String, String> settings) {
      return anyOf.stream().anyMatch(need -> need.isMet(settings));
    }

    String describe(Map<String, String> settings) {
      return anyOf.stream()
          .map(need -> need.describe(settings))
          .collect(Collectors.joining(" or "));
    }
  }

  private static final Map<String, List<Use>> USES =
      Map.ofEntries(
          use("seed"),
          use("dataset.kind"),
          useOfDataset("path"),
          useOfDataset("split"),
          use(
              "dataset.labels",
              needsOneOf(
                  needs("dataset.kind", Parts.datasetsReading("labels")),
                  needs("dataset.labels", "none"))),
          use("dataset.channels"),
          useOfDataset("images"),
          useOfDataset("size"),
          useOfDataset("fit"),
          useOfDataset("filter"),
          useOfDataset("nested"),
          useOfDataset("cache"),
          useOfDataset("cache-mb"),
          useOfDataset("class-order"),
          useOfDataset("float-range"),
          useOfDataset("upright"),
          useOfDataset("patience"),
          use("augmentation"),
          use(
              "augmentation.rounding",
              needsOneOf(
                  above0("augmentation.brightness"),
                  above0("augmentation.contrast"),
                  above0("augmentation.saturation"),
                  above0("augmentation.hue"))),
          use("network.kind"),
          use("network.latent-size"),
          use("network.generator-channels"),
          use("network.discriminator-channels"),
          use(
              "network.initial-deviation",
              needs("network.kind", Parts.networksReading("initial-deviation")),
              needsOneOf(
                  needsOther("network.kind", "biggan"),
                  needs("network.biggan.initialisation", "normal"))),
          useOfNetwork("spectral-norm-epsilon"),
          useOfNetwork("batch-norm-epsilon"),
          useOfNetwork("batch-norm-momentum"),
          useOfNetwork("biggan"),
          use("network.biggan.quantiser.commitment", notEmpty("network.biggan.quantiser.layers")),
          use("network.biggan.quantiser.codes", notEmpty("network.biggan.quantiser.layers")),
          use("network.biggan.quantiser.decay", notEmpty("network.biggan.quantiser.layers")),
          useOfNetwork("dcgan"),
          useOfNetwork("stylegan2"),
          use("init-from.checkpoint"),
          use("init-from.sha256", notEmpty("init-from.checkpoint")),
          use("init-from.adam", notEmpty("init-from.checkpoint")),
          use("training.steps"),
          use("training.batch"),
          use("training.micro-batch"),
          use("training.discriminator-steps"),
          use("training.loss"),
          use("training.clip-norm"),
          // Rules refuses this for networks without styles, even if a preset says it.
          use("training.style-mixing"),
          use("training.first"),
          use("training.same-fakes"),
          use("training.freeze-d"),
          // As with style-mixing.
          use("training.regularisation"),
          use("training.generator"),
          use("training.discriminator"),
          use("training.gradient-penalty.weight"),
          use("training.gradient-penalty.centre", above0("training.gradient-penalty.weight")),
          useOfPenalty("training.gradient-penalty"),
          use("training.gradient-penalty.images", above0("training.gradient-penalty.weight")),
          use("training.path-length.weight"),
          use("training.path-length.decay", above0("training.path-length.weight")),
          useOfPenalty("training.path-length"),
          use("training.path-length.start-step", above0("training.path-length.weight")),
          use("training.path-length.batch-shrink", above0("training.path-length.weight")),
          use("training.diff-augment"),
          use("training.consistency"),
          use("training.lecam.weight"),
          use("training.burn-in.images"),
          use("training.burn-in.learning-rate-factor", above0("training.burn-in.images")),
          use("training.burn-in.beta2", above0("training.burn-in.images")),
          use(
              "training.burn-in.penalty-factor",
              above0("training.burn-in.images"),
              above0("training.gradient-penalty.weight")),
          use("training.lecam.decay", above0("training.lecam.weight")),
          use("training.top-k.share"),
          use("training.top-k.decay", below1("training.top-k.share")),
          use("training.top-k.images", below1("training.top-k.share")),
          use("training.ada.blit"),
          use("training.ada.geometry"),
          use("training.ada.color"),
          use("training.ada.cutout"),
          useOfAda("probability", needs("training.ada.target", "0", "0.0")),
          useOfAda("target"),
          useOfAda("images", above0("training.ada.target")),
          useOfAda("every", above0("training.ada.target")),
          use("ema.decay", needs("ema.half-life", "0")),
          use("ema.start-step", needsOneOf(above0("ema.decay"), above0("ema.half-life"))),
          use("ema.half-life"),
          use("ema.ramp", above0("ema.half-life")),
          use("ema.ramp-pictures", above0("ema.half-life"), above0("ema.ramp")),
          use("ema.burn-in", above0("ema.half-life")),
          use("ema.states", needsOneOf(above0("ema.decay"), above0("ema.half-life"))),
          use("evaluation"),
          use("evaluation.device", needs("compute.engine", "torch")),
          use(
              "evaluation.batch-norm",
              needs("network.kind", Parts.networksReading("batch-norm-epsilon"))),
          useOfExtractor("weights", "auto", "inception", "dl4j"),
          useOfExtractor("layer", "dl4j"),
          useOfExtractor("input-size", "dl4j"),
          useOfExtractor("input-order", "dl4j"),
          useOfExtractor("input-mean", "dl4j"),
          useOfExtractor("input-deviation", "dl4j"),
          use("sampling"),
          use(
              "sampling.batch-norm",
              needs("network.kind", Parts.networksReading("batch-norm-epsilon"))),
          use("checkpoints"),
          use("prefetch"),
          use("journal"),
          use("tensorboard"),
          use("supervision"),
          use("supervision.stalled-exit", above0("supervision.stalled-minutes")),
          useOfCollapse("pinned-steps"),
          useOfCollapse("equal-steps"),
          useOfCollapse("equal-deviation", above0("supervision.collapse.equal-steps")),
          useOfCollapse("score-evaluations", above0("evaluation.every")),
          useOfCollapse(
              "score-factor",
              above0("supervision.collapse.score-evaluations"),
              above0("evaluation.every")),
          useOfCollapse("diversity-evaluations", above0("evaluation.every")),
          useOfCollapse(
              "diversity-share",
              above0("supervision.collapse.diversity-evaluations"),
              above0("evaluation.every")),
          use(
              "supervision.collapse.learning-rate-factor",
              needs("supervision.collapse.action", "rollback")),
          use(
              "supervision.collapse.penalty-factor",
              needs("supervision.collapse.action", "rollback"),
              above0("training.gradient-penalty.weight")),
          use("control"),
          use("compute"),
          use("compute.device", needs("compute.engine", "torch")),
          use(
              "compute.tf32",
              needs("compute.engine", "torch"),
              needsOther("compute.device", "cpu")),
          use(
              "compute.bfloat16",
              needs("compute.precision", "mixed", "auto"),
              needs("compute.engine", "native")));

  private Uses() {}

  /** A key or section that has an effect if all of the uses are met; always if there are none. */
  private static Map.Entry<String, List<Use>> use(String key, Use... allOf) {
    return Map.entry(key, List.of(allOf));
  }

  /** A key of the section evaluation that only some extractors read. */
  private static Map.Entry<String, List<Use>> useOfExtractor(String key, String... kinds) {
    return use("evaluation." + key, needs("evaluation.extractor", kinds));
  }

  /** A key of the section dataset, which only some kinds of datasets read. */
  private static Map.Entry<String, List<Use>> useOfDataset(String key) {
    return use("dataset." + key, needs("dataset.kind", Parts.datasetsReading(key)));
  }

  /** A key or section of the section network, which only some families read. */
  private static Map.Entry<String, List<Use>> useOfNetwork(String key) {
    return use("network." + key, needs("network.kind", Parts.networksReading(key)));
  }

  /** What is read where there is adaptive augmentation. */
  private static Map.Entry<String, List<Use>> useOfAda(String key, Use... more) {
    Use any =
        needsOneOf(
            above0("training.ada.blit"),
            above0("training.ada.geometry"),
            above0("training.ada.color"),
            above0("training.ada.cutout"));
    return Map.entry(
        "training.ada." + key, Stream.concat(Stream.of(any), Stream.of(more)).toList());
  }

  /** A sign of a collapse, which is looked for. */
  private static Map.Entry<String, List<Use>> useOfCollapse(String key, Use... further) {
    Use watched = needs("supervision.collapse.action", "event", "rollback");
    return use(
        "supervision.collapse." + key,
        Stream.concat(Stream.of(watched), Stream.of(further)).toArray(Use[]::new));
  }

  /** How often a penalty is computed. */
  private static Map.Entry<String, List<Use>> useOfPenalty(String section) {
    return use(
        section + ".every",
        needsOneOf(above0(section + ".weight"), needs("training.regularisation", "separate")));
  }

  /** Another key has one of these values. */
  private static Use needs(String key, String... values) {
    return needs(key, List.of(values));
  }

  /** Another key does not have this value. */
  private static Use needsOther(String key, String value) {
    return new Use(List.of(new Need(key, "other than " + value, List.of(value), false)));
  }

  private static Use needs(String key, List<String> listed) {
    // Nothing is known of parts that are not on the class path.
    return listed.isEmpty()
        ? new Use(List.of(new Need(key, "", List.of(), false)))
        : new Use(List.of(new Need(key, "= " + ValueReader.either(listed), listed, true)));
  }

  /** Another key, a number that is never negative, is not 0. */
  private static Use above0(String key) {
    return new Use(List.of(new Need(key, "above 0", List.of("0", "0.0"), false)));
  }

  /** Another key, a share, is not 1. */
  private static Use below1(String key) {
    return new Use(List.of(new Need(key, "below 1", List.of("1", "1.0"), false)));
  }

  /** Another key is not the empty text. */
  private static Use notEmpty(String key) {
    return new Use(List.of(new Need(key, "not empty", List.of(""), false)));
  }

  /** One of the uses is met. */
  private static Use needsOneOf(Use... uses) {
    return new Use(Stream.of(uses).flatMap(use -> use.anyOf().stream()).toList());
  }

  /** Whether the key, or a section that it is in, is declared. */
  static boolean isDeclared(String key) {
    return sections(key).anyMatch(USES::containsKey);
  }

  /** Every key and section that is declared or needed by another. */
  static Set<String> names() {
    return Stream.concat(
            USES.keySet().stream(),
            USES.values().stream()
                .flatMap(List::stream)
                .flatMap(use -> use.anyOf().stream())
                .map(Need::key))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Reports every key that was changed without effect.
   *
   * @param changed keys that files or options set to another value than the preset and the defaults
   *     have, or the run that is resumed
   */
  static void check(Set<String> changed, RunSettings settings, ValueReader in, Problems problems) {
    Map<String, String> values =
        SettingsWriter.values(settings).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().replace("\"", "")));
    for (String key : changed) {
      if (problems.concern(key)) {
        continue;
      }
      sections(key)
          .flatMap(name -> USES.getOrDefault(name, List.of()).stream())
          .filter(use -> use.anyOf().stream().noneMatch(need -> problems.concern(need.key())))
          .filter(use -> !use.isMet(values))
          .findFirst()
          .ifPresent(
              use ->
                  problems.addValue(
                      key,
                      in.place(key),
                      "%s has no effect: it is read with %s; change that, or leave %s out"
                          .formatted(key, use.describe(values), key)));
    }
  }

  /** The sections that a key is in, outermost first, and the key. */
  private static Stream<String> sections(String key) {
    return Stream.iterate(
            key, name -> !name.isEmpty(), name -> name.replaceFirst("(^|\\.)[^.]*$", ""))
        .sorted();
  }
}
