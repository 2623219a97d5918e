package io.troupe.actors.collapse;

import io.troupe.config.CollapseSettings;
import io.troupe.config.RunSettings;
import io.troupe.models.training.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks for the signs of a collapse that the settings name. Not thread-safe. */
public final class CollapseWatch {
  /**
   * A sign is seen now, or is no more.
   *
   * @param label its name in events and metrics
   * @param reason in words; empty if it is seen no more
   */
  public record Change(String label, Optional<String> reason) {}

  private final List<CollapseSign> signs = new ArrayList<>();
  private final Map<String, String> present = new TreeMap<>();

  /**
   * A watch that has seen nothing.
   *
   * @param settings of the run
   * @param classes their names
   */
  public CollapseWatch(RunSettings settings, List<String> classes) {
    CollapseSettings collapse = settings.supervision().collapse();
    if (collapse.action() == CollapseSettings.Action.NONE) {
      return;
    }
    if (collapse.pinnedSteps() > 0) {
      signs.add(new PinnedDiscriminator(collapse.pinnedSteps()));
    }
    if (collapse.equalSteps() > 0) {
      signs.add(new EqualLogits(collapse.equalSteps(), collapse.equalDeviation()));
    }
    if (collapse.scoreEvaluations() > 0) {
      signs.add(
          new BadScores(
              collapse.scoreEvaluations(), collapse.scoreFactor(), settings.checkpoints().best()));
    }
    if (collapse.diversityEvaluations() > 0) {
      signs.add(
          new AlikePictures(collapse.diversityEvaluations(), collapse.diversityShare(), classes));
    }
  }

  /** The names of all signs that are looked for. */
  public List<String> labels() {
    return signs.stream().map(CollapseSign::label).toList();
  }

  /** The next step; what has changed. */
  public List<Change> hear(StepResult result) {
    signs.forEach(sign -> sign.hear(result));
    return changes();
  }

  /**
   * The next regular evaluation; what has changed.
   *
   * @param scores by their names
   * @param diversity of each class, in the order of classes; empty if it is not known
   */
  public List<Change> hear(Map<String, Double> scores, List<Double> diversity) {
    signs.forEach(sign -> sign.hear(new CollapseSign.Evaluated(scores, diversity)));
    return changes();
  }

  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (CollapseSign sign : signs) {
      Optional<String> seen = sign.seen();
      if (seen.isPresent() != present.containsKey(sign.label())) {
        changes.add(new Change(sign.label(), seen));
        seen.ifPresentOrElse(
            words -> present.put(sign.label(), words), () -> present.remove(sign.label()));
      }
    }
    return changes;
  }

  /** What is seen at present, in words, by the signs' names. */
  public Map<String, String> present() {
    return Map.copyOf(present);
  }

  /** The run has gone back to a checkpoint: no sign is seen there. */
  public void wentBack() {
    signs.forEach(CollapseSign::wentBack);
    present.clear();
  }
}
