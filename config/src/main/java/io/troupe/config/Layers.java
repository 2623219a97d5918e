package io.troupe.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.troupe.config.DatasetSettings.ClassOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Merges configurations onto the defaults, layer by layer; one that cannot be read is skipped. */
final class Layers {
  private static final ConfigParseOptions OPTIONS =
      ConfigParseOptions.defaults()
          .setSyntax(ConfigSyntax.CONF)
          .setAllowMissing(false)
          .setIncluder(new FileIncluder(null));
  private static final long MOST_BYTES = 1 << 20;
  private static final String TOO_MUCH =
      "its values are nested too deeply, or refer to each other endlessly";
  private static final String DATASET_PATH = "dataset.path";
  private static final String DATASET_KIND = "dataset.kind";
  private static final String CLASS_ORDER = "dataset.class-order";
  private static final String NESTED = "dataset.nested";
  private static final String CHANNELS = "dataset.channels";
  private static final String TOKEN_FILE = "control.token-file";

  private final Problems problems = new Problems();
  private final KnownKeys known;
  private Config merged;
  private Config given;

  Layers() {
    merged = parse("defaults.conf").resolve();
    known = new KnownKeys(merged);
    given = merged;
  }

  /** What is wrong with them, to which others may add. */
  Problems problems() {
    return problems;
  }

  /** All layers so far; holds every key of the defaults. */
  Config merged() {
    return merged;
  }

  /** Adds a preset by its known name. */
  void addPreset(String name) {
    add(parse(Presets.resource(name)));
    given = merged;
  }

  /** The keys whose values have changed since the preset, or the run's config.conf, was added. */
  Set<String> changed() {
    return merged.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(ValueReader.value(given, entry.getKey())))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Lets a new dataset.path choose dataset.kind, unless a file or an option sets that as well.
   *
   * @param kindOf the kind of dataset that a path holds; empty if it is not clear
   */
  void chooseKind(Function<Path, Optional<String>> kindOf) {
    ConfigValue path = ValueReader.value(merged, DATASET_PATH);
    if (!changed().contains(DATASET_PATH)
        || !(path.unwrapped() instanceof String text)
        || isWritten(DATASET_KIND)) {
      return;
    }
    Optional<String> kind = kindOf.apply(Path.of(text));
    if (kind.isPresent()) {
      ConfigValue name = ConfigValueFactory.fromAnyRef(kind.get());
      add(name.withOrigin(path.origin()).atPath(DATASET_KIND));
    } else if (Parts.datasets().stream()
        .filter(one -> !one.settings().contains("path"))
        .anyMatch(one -> one.name().equals(presentKind()))) {
      problems.addValue(
          DATASET_PATH,
          Place.of(path.origin()),
          (Files.exists(Path.of(text))
                  ? "dataset.path is \"%s\", and it is not clear which kind of dataset that is; set dataset.kind too: %s"
                  : "dataset.path is \"%s\", and there is no such file or folder")
              .formatted(text, ValueReader.either(Parts.datasetsReading("path"))));
    }
  }

  private Object presentKind() {
    return ValueReader.value(merged, DATASET_KIND).unwrapped();
  }

  /** Whether there is such a key, and not a section. */
  boolean isKey(String key) {
    return known.isKey(key);
  }

  /** Whether a file or an option sets the key, even if to the value that it has anyway. */
  private boolean isWritten(String key) {
    return !ValueReader.value(merged, key).origin().equals(ValueReader.value(given, key).origin());
  }

  /** Adds a file. */
  void addFile(Path file) {
    add(parse(file, problems));
  }

  /** Adds a run's config.conf and returns the name of its preset. */
  String addRun(Path file) {
    Config config = parse(file, problems);
    Place place = Place.of(file.toString());
    SettingsChecksum.problem(file).ifPresent(problem -> problems.add(place, problem));
    return addRun(config, place);
  }

  /** As {@link #addRun(Path)}, of such a file's content. */
  String addRun(String text) {
    Place place = Place.of("the settings of a run");
    return addRun(parse(place, problems, () -> ConfigFactory.parseString(text, OPTIONS)), place);
  }

  private String addRun(Config ofRun, Place place) {
    Config config = ofRun;
    String preset = preset(config);
    // The run was started before a key existed, and its labels and images must stay.
    config = orBefore(config, CLASS_ORDER, ValueReader.name(ClassOrder.TEXTS));
    config = orBefore(config, NESTED, false);
    config = orBefore(config, CHANNELS, 3);
    if (config.hasPath(TOKEN_FILE) && config.getValue(TOKEN_FILE).unwrapped().equals("")) {
      // Without one of its own a run takes that of the environment, as it takes its token.
      config = config.withoutPath(TOKEN_FILE);
    }
    add(config.withoutPath("preset").withoutPath(RecordedChanges.KEY));
    given = merged;
    if (preset.isEmpty() && !config.isEmpty()) {
      problems.add(
          place,
          "preset is missing or not a text; a run's config.conf names the preset that the run"
              + " started from");
    }
    return preset;
  }

  private static String preset(Config config) {
    try {
      ConfigValue preset = config.root().get("preset");
      return preset != null && preset.valueType() == ConfigValueType.STRING
          ? (String) preset.unwrapped()
          : "";
    } catch (ConfigException.NotResolved e) {
      return "";
    }
  }

  /** A run's settings, with what held before there was a key in that section. */
  private static Config orBefore(Config config, String key, Object value) {
    ConfigValue section = config.root().get(ConfigUtil.splitPath(key).get(0));
    boolean isOther = section != null && !(section instanceof ConfigObject);
    try {
      return config.isEmpty() || isOther || config.hasPath(key)
          ? config
          : config.withValue(key, ConfigValueFactory.fromAnyRef(value).withOrigin(config.origin()));
    } catch (ConfigException.NotResolved e) {
      // Adding it resolves it, or says why that is impossible.
      return config;
    }
  }

  /** Adds the values of keys, as {@link SettingsWriter} writes them. */
  void addValues(Map<String, String> values) {
    String text =
        values.entrySet().stream()
            .filter(entry -> !entry.getKey().equals("preset"))
            .map(entry -> entry.getKey() + " = " + entry.getValue())
            .collect(Collectors.joining("\n"));
    try {
      add(ConfigFactory.parseString(text, OPTIONS.setOriginDescription("settings of the run")));
    } catch (ConfigException e) {
      problems.add(Place.of("settings of the run"), e);
    }
    given = merged;
  }

  /** Adds the value of one setting. */
  void addAssignment(Assignment assignment) {
    String override = assignment.text();
    Place place = Place.of(assignment.place());
    int equals = override.indexOf('=');
    if (equals < 0) {
      problems.add(place, "no \"=\" found; allowed: KEY=VALUE");
      return;
    }
    String key = override.substring(0, equals).strip();
    String text = override.substring(equals + 1).strip();
    try {
      ConfigUtil.splitPath(key);
    } catch (ConfigException.BadPath e) {
      problems.add(place, "\"" + key + "\" is not a key; allowed: KEY=VALUE");
      return;
    }
    if (known.isText(key) && !text.startsWith("\"")) {
      ConfigValue value = ConfigValueFactory.fromAnyRef(text);
      add(value.withOrigin(ConfigOriginFactory.newSimple(place.source())).atPath(key));
    } else if (text.isEmpty()) {
      problems.add(place, "no value found after \"=\"; allowed: KEY=VALUE");
    } else {
      parse(place, key, text);
    }
  }

  private void parse(Place place, String key, String text) {
    try {
      ConfigObject parsed =
          ConfigFactory.parseString(
                  key + " = " + text, OPTIONS.setOriginDescription(place.source()))
              .root();
      if (Nesting.isTooDeep(parsed)) {
        problems.add(place, TOO_MUCH);
      } else if (parsed.size() == 1) {
        add(parsed.toConfig());
      } else {
        problems.add(place, "several values found; allowed: KEY=VALUE");
      }
    } catch (ConfigException e) {
      problems.add(place, e);
    } catch (StackOverflowError | OutOfMemoryError e) {
      problems.add(place, TOO_MUCH);
    }
  }

  /** Why a file cannot be read as settings; empty if it can, or does not exist. */
  static Optional<String> unusable(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Optional.of("not a file that can be read; allowed: a HOCON file");
    }
    if (file.toFile().length() > MOST_BYTES) {
      return Optional.of(
          "a file of %d bytes; allowed: a HOCON file of at most %d"
              .formatted(file.toFile().length(), MOST_BYTES));
    }
    return Optional.empty();
  }

  /** A file's own settings, not resolved yet; empty if it cannot be read. */
  static Config parse(Path file, Problems problems) {
    Place place = Place.of(file.toString());
    Optional<String> reason = unusable(file);
    if (!Files.exists(file)) {
      problems.add(place, "no such file (looked for " + file.toAbsolutePath() + ")");
    } else if (reason.isPresent()) {
      problems.add(place, reason.get());
    } else {
      return parse(place, problems, () -> ConfigFactory.parseFile(file.toFile(), OPTIONS));
    }
    return ConfigFactory.empty();
  }

  private static Config parse(Place place, Problems problems, Supplier<Config> parsing) {
    try {
      Config parsed = parsing.get();
      if (!Nesting.isTooDeep(parsed.root())) {
        return parsed;
      }
      problems.add(place, TOO_MUCH);
    } catch (ConfigException e) {
      problems.add(place, e);
    } catch (StackOverflowError | OutOfMemoryError e) {
      problems.add(place, TOO_MUCH);
    }
    return ConfigFactory.empty();
  }

  private static Config parse(String resource) {
    return ConfigFactory.parseResources(Layers.class, resource, OPTIONS);
  }

  private void add(Config layer) {
    try {
      Config resolved = layer.withFallback(merged).resolve();
      Config placed = Substitutions.placed(resolved.root(), layer.root()).toConfig();
      merged = known.check(placed, merged, problems);
    } catch (ConfigException e) {
      problems.addMerged(Place.of(layer.origin()), e);
    } catch (StackOverflowError | OutOfMemoryError e) {
      problems.add(Place.of(layer.origin()), TOO_MUCH);
    }
  }
}
