package io.troupe.actors.history;

import io.troupe.actors.run.SettingsChange;
import io.troupe.config.SettingsManual;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A run's settings and how they came to be what they are.
 *
 * @param settings all keys, in the order of defaults.conf
 * @param changes oldest first
 * @param problem why config.conf cannot be read; then the values are empty
 */
public record SettingsTable(List<Row> settings, List<Change> changes, Optional<String> problem) {
  /**
   * A setting. Values are numbers, texts, or true or false.
   *
   * @param value what the run has; empty if its config.conf does not say, as an older one's
   * @param usual its default
   * @param changed whether it differs from the default
   * @param text what it means and allows
   * @param live whether it can be changed while the run goes on: now, from-step, or no
   */
  public record Row(
      String key,
      Optional<Object> value,
      Object usual,
      boolean changed,
      String text,
      String live) {}

  /**
   * A change.
   *
   * @param step that the run was at
   * @param fromStep the first step that has the new value; empty if the journal does not say
   */
  public record Change(
      Optional<Instant> time,
      long step,
      String key,
      Object from,
      Object to,
      OptionalLong fromStep) {}

  /**
   * A setting in which runs differ.
   *
   * @param values of each run; empty where its config.conf does not say
   */
  public record Difference(String key, List<Optional<Object>> values) {}

  static SettingsTable of(RunConfig config, List<JournalNotes.SettingChange> changes) {
    List<Row> rows = new ArrayList<>();
    for (SettingsManual.Entry entry : SettingsManual.all()) {
      Object value = config.values().get(entry.key());
      rows.add(
          new Row(
              entry.key(),
              Optional.ofNullable(value),
              entry.value(),
              value != null && !isSame(value, entry.value()),
              entry.text(),
              SettingsChange.kind(entry.key()).label()));
    }
    return new SettingsTable(
        rows,
        changes.stream()
            .map(
                change ->
                    new Change(
                        change.time(),
                        change.step(),
                        change.key(),
                        SettingsManual.plain(change.from()),
                        SettingsManual.plain(change.to()),
                        change.fromStep()))
            .toList(),
        config.problem());
  }

  /** The settings in which some runs differ, the preset first. */
  static List<Difference> differences(List<RunConfig> configs) {
    Set<String> keys = new LinkedHashSet<>(List.of("preset"));
    SettingsManual.all().forEach(entry -> keys.add(entry.key()));
    configs.forEach(config -> keys.addAll(config.values().keySet()));
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      List<Object> values = new ArrayList<>();
      configs.forEach(config -> values.add(config.values().get(key)));
      if (values.stream().anyMatch(value -> !isSame(value, values.get(0)))) {
        differences.add(
            new Difference(key, values.stream().map(value -> Optional.ofNullable(value)).toList()));
      }
    }
    return differences;
  }

  /** Whether two values are equal, however their numbers are written. */
  private static boolean isSame(Object one, Object other) {
    if (one instanceof Number && other instanceof Number) {
      return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
    }
    return Objects.equals(one, other);
  }

  /**
   * The values of some settings by short names, for a line about the run; what is known of them.
   */
  static Map<String, Object> brief(RunConfig config) {
    Map<String, Object> brief = new LinkedHashMap<>();
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("seed", "seed");
    keys.put("batch", "training.batch");
    keys.put("network", "network.kind");
    keys.put("dataset", "dataset.kind");
    keys.put("precision", "compute.precision");
    keys.forEach((name, key) -> brief.put(name, config.values().get(key)));
    return brief;
  }
}
