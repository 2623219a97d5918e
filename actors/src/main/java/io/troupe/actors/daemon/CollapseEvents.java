package io.troupe.actors.daemon;

import io.troupe.actors.collapse.CollapseWatch;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.run.RunState;
import io.troupe.config.CollapseSettings;
import io.troupe.models.training.StepResult;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * What the daemon does when steps or evaluations show a sign of a collapse. Belongs to the daemon
 * and runs in its thread.
 */
final class CollapseEvents {
  private final DaemonParts parts;
  private final WayBack wayBack;
  private final ForensicEvents forensics;
  private final CollapseWatch watch;

  /**
   * Of a run that begins or goes on.
   *
   * @param known scores of earlier evaluations, by their steps
   */
  CollapseEvents(
      DaemonParts parts,
      WayBack wayBack,
      ForensicEvents forensics,
      NavigableMap<Long, Map<String, Double>> known) {
    this.parts = parts;
    this.wayBack = wayBack;
    this.forensics = forensics;
    RunContext runContext = parts.runContext();
    watch = new CollapseWatch(runContext.settings(), runContext.dataset().classNames());
    parts.recorder().watched(watch.labels());
    // Of what another daemon has seen, the best counts.
    known.forEach(
        (step, scores) -> {
          if (isRegular(step)) {
            watch.hear(scores, List.of());
          }
        });
    watch.wentBack();
  }

  /** A step is done. */
  void hear(StepResult result) {
    forensics.hear(result);
    tell(watch.hear(result));
    goBack();
  }

  /** An evaluation has its scores. */
  void hear(Evaluator.EvaluationFinished finished) {
    // An evaluation of before a return may end after it.
    if (finished.step() <= parts.progress().step() && isRegular(finished.step())) {
      tell(watch.hear(finished.scores(), finished.diversity()));
      goBack();
    }
  }

  /** What is evaluated on request does not count: it would be more in a row. */
  private boolean isRegular(long step) {
    return parts.progress().settings().evaluation().isDueAt(step);
  }

  private void tell(List<CollapseWatch.Change> changes) {
    for (CollapseWatch.Change change : changes) {
      parts.recorder().collapse(change.label(), change.reason());
    }
  }

  private void goBack() {
    CollapseSettings settings = parts.progress().settings().supervision().collapse();
    Map<String, String> present = watch.present();
    if (settings.action() == CollapseSettings.Action.ROLLBACK
        && !present.isEmpty()
        && parts.progress().state() == RunState.RUNNING
        && !parts.segments().underWay()) {
      wayBack.collapsed(String.join("; ", present.values()));
      parts.recorder().watched(watch.labels());
      watch.wentBack();
    }
  }
}
