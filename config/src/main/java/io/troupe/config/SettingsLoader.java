package io.troupe.config;

import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads, checks and writes the settings of runs. */
public final class SettingsLoader {
  /**
   * Overrides for who reads a run's settings and serves nothing: a host that needs a token would
   * ask for one.
   */
  public static final List<String> NOT_SERVED = List.of("control.host=127.0.0.1");

  private SettingsLoader() {}

  /** The presets with their descriptions, in the order in which to list them. */
  public static List<PresetInfo> presets() {
    return Presets.list();
  }

  /**
   * The settings of a new run: the defaults, changed by the preset, then by each file, then by each
   * override; later ones win.
   *
   * @param preset the name of one of {@link #presets()}
   * @param files HOCON files
   * @param overrides {@code key=value}, the value as HOCON; the values of text keys such as {@code
   *     dataset.path} may also be plain text without quotes
   * @throws SettingsException with all problems found: an unknown preset or key, a missing file,
   *     bad HOCON, a value of the wrong type or out of range, settings that contradict one another,
   *     a change of a key that these settings do not read
   */
  public static RunSettings load(String preset, List<Path> files, List<String> overrides) {
    return load(preset, SettingsChanges.of(files, set(overrides)));
  }

  private static List<Assignment> set(List<String> overrides) {
    return overrides.stream().map(Assignment::set).toList();
  }

  /** As {@link #load(String, List, List)}, with changes of any kind. */
  public static RunSettings load(String preset, SettingsChanges changes) {
    Layers layers = new Layers();
    if (Presets.NAMES.contains(preset)) {
      layers.addPreset(preset);
    } else {
      layers.problems().add(Place.of("preset " + preset), Presets.unknown(preset));
    }
    changes.addTo(layers);
    return read(preset, layers);
  }

  /**
   * The settings of a run that is resumed: the defaults, changed by the run's own {@code
   * config.conf}, then by files and overrides as in {@link #load}. The token is not in {@code
   * config.conf} and comes from the environment or the other layers.
   *
   * @param configConf what {@link #render} wrote; the only file that may hold the key {@code
   *     preset}
   * @throws SettingsException as {@link #load}
   */
  public static RunSettings loadRun(Path configConf, List<Path> files, List<String> overrides) {
    return loadRun(configConf, SettingsChanges.of(files, set(overrides)));
  }

  /** As {@link #loadRun(Path, List, List)}, with changes of any kind. */
  public static RunSettings loadRun(Path configConf, SettingsChanges changes) {
    Layers layers = new Layers();
    String preset = layers.addRun(configConf);
    changes.addTo(layers);
    return read(preset, layers);
  }

  /**
   * The settings of another process's run.
   *
   * @param rendered what {@link #render} made
   * @throws SettingsException as {@link #load}
   */
  public static RunSettings ofText(String rendered) {
    Layers layers = new Layers();
    return read(layers.addRun(rendered), layers);
  }

  /**
   * The settings of a running run, changed by a request.
   *
   * @param configConf as in {@link #loadRun}
   * @param requested {@code key=value} as in {@link #load}
   * @throws SettingsException as {@link #load}
   */
  public static RunSettings loadChanged(Path configConf, List<String> requested) {
    return loadRun(
        configConf,
        SettingsChanges.of(List.of(), requested.stream().map(Assignment::requested).toList()));
  }

  /**
   * The settings of a run through its steps, from its own {@code config.conf}.
   *
   * @param configConf what {@link #render(SettingsHistory)} wrote
   * @throws SettingsException as {@link #loadRun(Path, List, List)}, and if the recorded changes
   *     cannot be read
   */
  public static SettingsHistory loadHistory(Path configConf) {
    RunSettings settings = loadRun(configConf, List.of(), List.of());
    return SettingsHistory.of(settings, RecordedChanges.read(configConf).orElse(List.of()));
  }

  /**
   * The changes that a run's {@code config.conf} records; empty if it was written by a version that
   * did not record changes.
   *
   * @throws SettingsException if they cannot be read
   */
  public static Optional<List<SettingsHistory.Change>> recordedChanges(Path configConf) {
    return RecordedChanges.read(configConf);
  }

  /**
   * The same settings with some other values.
   *
   * @param values as HOCON, by key
   * @throws SettingsException if a value is not allowed, or settings contradict one another
   */
  public static RunSettings with(RunSettings settings, Map<String, String> values) {
    if (values.isEmpty()) {
      return settings;
    }
    Layers layers = new Layers();
    Problems problems = layers.problems();
    Map<String, String> all = new LinkedHashMap<>(SettingsWriter.values(settings));
    all.put("control.token", ConfigUtil.quoteString(settings.control().token().orElse("")));
    all.putAll(values);
    layers.addValues(all);
    ValueReader reader = new ValueReader(layers.merged(), problems);
    RunSettings changed =
        new SettingsReader(reader, settings.training().batch()).read(settings.preset());
    new Rules(reader, problems).check(changed);
    problems.throwIfAny();
    return changed;
  }

  /**
   * As {@link #render(RunSettings)}, followed by the recorded changes, below a checksum of all;
   * {@link #loadHistory} restores the history from it, and every reader refuses it if it was
   * changed.
   */
  public static String render(SettingsHistory history) {
    return SettingsChecksum.above(
        render(history.newest()) + "\n" + RecordedChanges.render(history.changes()));
  }

  /** Every key but the token with its value as HOCON, in the order of {@link #render}. */
  public static Map<String, String> values(RunSettings settings) {
    return SettingsWriter.values(settings);
  }

  /**
   * Settings as HOCON, one key per line, without the token; {@link #loadRun} restores them from it.
   */
  public static String render(RunSettings settings) {
    StringBuilder text = new StringBuilder("# The settings of this run, fully resolved.\n");
    String section = "";
    for (Map.Entry<String, String> entry : SettingsWriter.values(settings).entrySet()) {
      String key = entry.getKey();
      String next = key.contains(".") ? key.substring(0, key.indexOf('.')) : "";
      if (!next.equals(section)) {
        text.append('\n');
        section = next;
      }
      text.append(key).append(" = ").append(entry.getValue()).append('\n');
    }
    return text.toString();
  }

  /** What differs between two; never the token. */
  public static List<Difference> differences(RunSettings from, RunSettings to) {
    Map<String, String> changed = SettingsWriter.values(to);
    return SettingsWriter.values(from).entrySet().stream()
        .filter(entry -> !entry.getValue().equals(changed.get(entry.getKey())))
        .map(e -> new Difference(e.getKey(), e.getValue(), changed.get(e.getKey())))
        .toList();
  }

  private static RunSettings read(String preset, Layers layers) {
    Problems problems = layers.problems();
    ValueReader values = new ValueReader(layers.merged(), problems);
    RunSettings settings = new SettingsReader(values, Presets.batch(preset)).read(preset);
    new Rules(values, problems).check(settings);
    Uses.check(layers.changed(), settings, values, problems);
    problems.throwIfAny();
    return settings;
  }
}
