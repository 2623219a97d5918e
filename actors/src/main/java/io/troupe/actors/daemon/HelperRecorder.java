package io.troupe.actors.daemon;

import io.troupe.actors.journal.Plotter;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.listening.Listening;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.Trouble;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells which helpers of a run fail, and which work again. */
final class HelperRecorder {
  private final RunProgress progress;
  private final RunMetrics metrics;
  private final EventWriter events;
  private final Dispatch<RunJournal.Event> journalling =
      Dispatch.of(RunJournal.Event.class)
          .on(RunJournal.Failing.class, this::onFailing)
          .on(RunJournal.CaughtUp.class, this::onCaughtUp)
          .complete();
  private final Dispatch<Plotter.Event> plotting =
      Dispatch.of(Plotter.Event.class)
          .on(Plotter.Drawn.class, this::onDrawn)
          .on(Plotter.DrawFailed.class, e -> failing(Helper.PLOTTER, e.reason(), false))
          .complete();
  private final Dispatch<Listening.Event> listening =
      Dispatch.of(Listening.Event.class)
          .on(Listening.Heard.class, e -> works(e.listener()))
          .on(Listening.HearingFailed.class, e -> failing(e.listener(), e.reason(), false))
          .complete();
  private long unreadable;

  /**
   * A recorder of a run of which nothing has happened.
   *
   * @param helpers that all work
   */
  HelperRecorder(
      RunProgress progress, RunMetrics metrics, EventWriter events, List<Helper> helpers) {
    this.progress = progress;
    this.metrics = metrics;
    this.events = events;
    for (Helper helper : helpers) {
      metrics.helperWorks(helper.label());
    }
  }

  /** A helper failed; training goes on. */
  void failing(Helper helper, String cause, boolean starting) {
    metrics.helperFailed(helper.label());
    if (progress.troubles().failed(helper, cause, starting)) {
      events.write(RunEvent.DEGRADED, Map.of("helper", helper.label(), "cause", cause));
    }
  }

  /** A helper did its work. */
  void works(Helper helper) {
    progress
        .troubles()
        .works(helper)
        .ifPresent(
            trouble -> {
              metrics.helperWorks(helper.label());
              events.write(
                  RunEvent.RECOVERED,
                  Map.of(
                      "helper", helper.label(),
                      "failures", trouble.times(),
                      "since", trouble.since().toString(),
                      "cause", trouble.cause()));
            });
  }

  /** A helper has started: if that was its trouble, it is over. */
  void started(Helper helper) {
    if (progress.troubles().of(helper).map(Trouble::starting).orElse(false)) {
      works(helper);
    }
  }

  /** The journal said something. */
  void journal(RunJournal.Event event) {
    journalling.hear(event);
  }

  private void onFailing(RunJournal.Failing failing) {
    metrics.journal(failing.waiting(), failing.lost());
    failing(Helper.JOURNAL, failing.reason(), false);
  }

  private void onCaughtUp(RunJournal.CaughtUp caughtUp) {
    metrics.journal(0, caughtUp.lost());
    works(Helper.JOURNAL);
  }

  /** The plotter said something. */
  void plotted(Plotter.Event event) {
    plotting.hear(event);
  }

  private void onDrawn(Plotter.Drawn drawn) {
    works(Helper.PLOTTER);
    if (drawn.unreadable() != unreadable) {
      unreadable = drawn.unreadable();
      events.write(RunEvent.LINES_LEFT_OUT, Map.of("unreadable", unreadable));
    }
  }

  /** Who listens to the run said something. */
  void listened(Listening.Event event) {
    listening.hear(event);
  }

  /**
   * Older checkpoints were removed.
   *
   * @param not why some are still there that should not be
   */
  void removed(Optional<String> not) {
    not.ifPresentOrElse(
        cause -> failing(Helper.CHECKPOINT_REMOVAL, cause, false),
        () -> works(Helper.CHECKPOINT_REMOVAL));
  }

  /** A helper was started anew. */
  void restarted(Helper helper) {
    metrics.restarted(helper.label());
  }
}
