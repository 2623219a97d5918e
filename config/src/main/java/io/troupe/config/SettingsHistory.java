package io.troupe.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The settings of a run over its steps, a sequence of segments with constant settings. Those of a
 * step are found by undoing the changes after it.
 *
 * @param newest the settings after the last change
 * @param changes in the order of their steps
 */
public record SettingsHistory(RunSettings newest, List<Change> changes) {
  /** How many changes are recorded at most. */
  public static final int MOST_CHANGES = 5000;

  /** Their text is in the header of each checkpoint. */
  private static final int MOST_CHARACTERS = 600_000;

  /**
   * A key that has another value from a step on.
   *
   * @param fromStep the first step that is computed with the new value, from 1
   * @param from the old value as HOCON
   * @param to the new value as HOCON
   */
  public record Change(long fromStep, String key, String from, String to) {
    /** As for people, e.g. {@code training.clip-norm: 0.0 -> 1.0 from step 12 on}. */
    @Override
    public String toString() {
      return "%s: %s -> %s from step %d on".formatted(key, from, to, fromStep);
    }
  }

  /** Copies the list. */
  public SettingsHistory {
    changes = List.copyOf(changes);
  }

  /**
   * A history in which the last changes decide, whatever the given settings say of their keys.
   *
   * @param settings the values of all other keys
   * @throws SettingsException if a change's value is not allowed
   */
  public static SettingsHistory of(RunSettings settings, List<Change> changes) {
    Map<String, String> last = new HashMap<>();
    changes.forEach(change -> last.put(change.key(), change.to()));
    return new SettingsHistory(SettingsLoader.with(settings, last), changes);
  }

  /**
   * The settings of a step.
   *
   * @throws SettingsException if these settings contradict one another
   */
  public RunSettings at(long step) {
    Map<String, String> undone = new HashMap<>();
    for (int i = changes.size() - 1; i >= 0 && changes.get(i).fromStep() > step; i--) {
      undone.put(changes.get(i).key(), changes.get(i).from());
    }
    return undone.isEmpty() ? newest : SettingsLoader.with(newest, undone);
  }

  /** The history up to a step: the settings of that step, and the changes until then. */
  public SettingsHistory until(long step) {
    return new SettingsHistory(
        at(step), changes.stream().filter(change -> change.fromStep() <= step).toList());
  }

  /** The first step after this one at which settings change. */
  public OptionalLong nextAfter(long step) {
    return changes.stream().mapToLong(Change::fromStep).filter(from -> from > step).findFirst();
  }

  /** The changes that hold from a step on. */
  public List<Change> from(long step) {
    return changes.stream().filter(change -> change.fromStep() == step).toList();
  }

  /** The keys that change after a step. */
  public List<String> keysAfter(long step) {
    return changes.stream()
        .filter(change -> change.fromStep() > step)
        .map(Change::key)
        .distinct()
        .toList();
  }

  /**
   * A history with other values from a step on. Changes of the same keys that were recorded for
   * that step and later ones are dropped.
   *
   * @param keys those whose changes are recorded
   * @param target has their new values, and those of all keys whose changes are not recorded
   * @throws SettingsException if the settings of some step would contradict one another, or there
   *     are too many changes
   */
  public SettingsHistory changed(long fromStep, Collection<String> keys, RunSettings target) {
    Map<String, String> before = SettingsWriter.values(at(fromStep - 1));
    Map<String, String> after = SettingsWriter.values(target);
    List<Change> all = new ArrayList<>(changes);
    all.removeIf(change -> change.fromStep() >= fromStep && keys.contains(change.key()));
    for (String key : keys) {
      if (!before.get(key).equals(after.get(key))) {
        all.add(new Change(fromStep, key, before.get(key), after.get(key)));
      }
    }
    all.sort(Comparator.comparingLong(Change::fromStep));
    SettingsHistory changed = of(target, all);
    if (all.size() > MOST_CHANGES || RecordedChanges.render(all).length() > MOST_CHARACTERS) {
      throw new SettingsException(
          List.of(
              "this run has been changed %d times already, and no more changes are recorded"
                  .formatted(changes.size())));
    }
    for (OptionalLong step = changed.nextAfter(fromStep - 1);
        step.isPresent();
        step = changed.nextAfter(step.getAsLong())) {
      changed.at(step.getAsLong());
    }
    return changed;
  }
}
