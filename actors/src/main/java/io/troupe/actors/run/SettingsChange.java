package io.troupe.actors.run;

import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What may change of a run's settings while it goes on, and a request to change some. */
public final class SettingsChange {
  /** How a setting changes while a run goes on. */
  public enum Kind {
    /** At once; it says when things happen, or what is made beside training. */
    NOW("now"),
    /** From a step on: it changes what steps compute, so that step is recorded. */
    FROM_STEP("from-step"),
    /** Only when the run is started again, or not even then. */
    NO("no");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** As JSON has it. */
    public String label() {
      return label;
    }
  }

  /**
   * A key that has another value.
   *
   * @param from as HOCON
   * @param to as HOCON
   * @param fromStep the first step with it; empty if that makes no difference to any step
   */
  public record Changed(String key, String from, String to, OptionalLong fromStep) {
    public Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("key", key);
      map.put("from", from);
      map.put("to", to);
      map.put("from_step", fromStep);
      return map;
    }
  }

  /** Keys that change at once. */
  private static final Set<String> NOW =
      Set.of(
          "training.steps",
          "evaluation.every",
          "sampling.every",
          "checkpoints.every",
          "checkpoints.keep",
          "journal.every");

  /** Keys, and sections with a dot at their end, that change from a step on. */
  private static final List<String> FROM_STEP =
      List.of(
          "augmentation.",
          "ema.",
          "training.ada.",
          "training.clip-norm",
          "training.consistency.",
          "training.diff-augment.",
          "training.discriminator.",
          "training.generator.",
          "training.gradient-penalty.",
          "training.lecam.",
          "training.path-length.",
          "training.style-mixing",
          "training.top-k.");

  /** What a start may change too, and what changes results then. */
  private static final List<String> RESULTS =
      List.of(
          "seed",
          "dataset.",
          "network.",
          "init-from.",
          "training.",
          "augmentation.",
          "ema.",
          "compute.engine",
          "compute.device",
          "compute.threads",
          "compute.precision",
          "compute.bfloat16",
          "compute.tf32");

  private static final Set<String> NO_RESULTS =
      Set.of("training.steps", "dataset.cache-mb", "dataset.patience");

  private final RunSettings target;
  private final Set<String> keys;

  private SettingsChange(RunSettings target, Set<String> keys) {
    this.target = target;
    this.keys = keys;
  }

  /**
   * How a setting changes.
   *
   * @param key such as {@code ema.decay}
   */
  public static Kind kind(String key) {
    if (NOW.contains(key)) {
      return Kind.NOW;
    }
    return isIn(FROM_STEP, key) ? Kind.FROM_STEP : Kind.NO;
  }

  /** Whether steps compute something else with another value. */
  public static boolean altersResults(String key) {
    return isIn(RESULTS, key) && !NO_RESULTS.contains(key);
  }

  private static boolean isIn(List<String> names, String key) {
    return names.stream()
        .anyMatch(name -> name.endsWith(".") ? key.startsWith(name) : key.equals(name));
  }

  /** What can change while a run goes on, for people. */
  private static String changeable() {
    Set<String> names = new TreeSet<>(NOW);
    FROM_STEP.forEach(name -> names.add(name.endsWith(".") ? name + "*" : name));
    return String.join(", ", names);
  }

  /**
   * Checks a request against what a run's {@code config.conf} says.
   *
   * @param newest the settings after all recorded changes
   * @throws SettingsException if a key or value is wrong or cannot change
   */
  public static SettingsChange check(
      RunDirectory directory, RunSettings newest, List<String> overrides) {
    RunSettings target = SettingsLoader.loadChanged(directory.config(), overrides);
    // The keys that were asked for may have no effect or show none, and the file may have been
    // edited.
    Set<String> keys = new LinkedHashSet<>();
    overrides.forEach(override -> keys.add(override.substring(0, override.indexOf('=')).strip()));
    SettingsLoader.differences(newest, target).forEach(change -> keys.add(change.key()));
    for (String key : keys) {
      if (kind(key) == Kind.NO) {
        throw new SettingsException(
            List.of(
                "%s cannot change while the run goes on; these can: %s"
                    .formatted(key, changeable())));
      }
    }
    return new SettingsChange(target, keys);
  }

  /**
   * The run's settings with this change.
   *
   * @param fromStep the first step that would be computed with it
   * @throws SettingsException if the settings of some step would contradict one another
   */
  public SettingsHistory applied(SettingsHistory history, long fromStep) {
    return history.changed(
        fromStep, keys.stream().filter(key -> kind(key) == Kind.FROM_STEP).toList(), target);
  }

  /** What {@link #applied} changes, key by key. */
  public List<Changed> changes(SettingsHistory before, SettingsHistory after, long fromStep) {
    Map<String, String> now = SettingsLoader.values(before.at(fromStep - 1));
    Map<String, String> last = SettingsLoader.values(before.newest());
    Map<String, String> changed = SettingsLoader.values(after.newest());
    return keys.stream()
        .filter(
            key ->
                !changed.get(key).equals(last.get(key)) || !changed.get(key).equals(now.get(key)))
        .map(
            key ->
                new Changed(
                    key,
                    // A change that was still to come is forgotten.
                    changed.get(key).equals(now.get(key)) ? last.get(key) : now.get(key),
                    changed.get(key),
                    kind(key) == Kind.FROM_STEP ? OptionalLong.of(fromStep) : OptionalLong.empty()))
        .toList();
  }

  /**
   * What a start changes of the settings of a run.
   *
   * @param step the last finished one
   */
  public static List<Changed> ofStart(List<Difference> differences, long step) {
    return differences.stream()
        .map(
            change ->
                new Changed(
                    change.key(),
                    change.from(),
                    change.to(),
                    altersResults(change.key()) ? OptionalLong.of(step + 1) : OptionalLong.empty()))
        .toList();
  }
}
