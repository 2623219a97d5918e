package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.history.DatasetFacts;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunState;
import io.troupe.actors.supervision.Supervision;
import io.troupe.data.Dataset;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How a run ends: by a stop, when all is done, or by a failure. Belongs to the daemon and runs in
 * its thread.
 */
final class RunEnd {
  /** Lets the answer to a stop leave before the control server does. */
  private static final Duration FAREWELL = Duration.ofMillis(300);

  /** How long the end waits for the journal. */
  private static final Duration JOURNAL_PATIENCE = Duration.ofSeconds(30);

  /** How long a run waits for the grid of its last step, and for its evaluation to begin. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final DaemonParts parts;
  private final Ending ending;
  private Optional<String> brokenBy = Optional.empty();
  private boolean unwatched;

  RunEnd(DaemonParts parts) {
    this.parts = parts;
    ending =
        new Ending(
            parts.progress(),
            parts.recorder(),
            () -> tellIn(PATIENCE, Daemon.EndIsLate.INSTANCE),
            this::onAllThere);
  }

  private void tellIn(Duration time, Daemon.Command message) {
    parts.context().scheduleOnce(time, parts.context().getSelf(), message);
  }

  /** What the end waits for. */
  Ending ending() {
    return ending;
  }

  /** Somebody wants the run to end. */
  void onStop(RunCommand.Stop message) {
    parts.recorder().event(RunEvent.COMMAND, Map.of("command", "stop"));
    if (parts.hasEnded()) {
      message.replyTo().tell(parts.done("the run has ended", Map.of()));
      tellIn(FAREWELL, Daemon.End.INSTANCE);
      return;
    }
    parts.pending().add(PendingAnswers.Event.ENDED, parts.progress().step(), message.replyTo());
    RunState state = parts.progress().state();
    if (state == RunState.STOPPING || state == RunState.FAILED) {
      ending.cutShort();
      return;
    }
    boolean training = parts.loop().isPresent();
    parts.recorder().state(RunState.STOPPING);
    parts.members().checkpointer().tell(Checkpointer.Order.LET_GO);
    if (training) {
      parts.loop().tell(Trainer.Order.STOP);
    } else {
      end(false, "stopped before training went on");
    }
  }

  private void onAllThere() {
    if (!parts.hasEnded()) {
      String broken = brokenBy.map(" because the daemon failed: "::concat).orElse("");
      end(brokenBy.isPresent(), "stopped after step " + parts.progress().step() + broken);
    }
  }

  /** Nothing is certain any more but what is on disk: a last checkpoint is tried, then the end. */
  void onBroken(Daemon.Broken message) {
    parts.context().getLog().error("the daemon failed", message.cause());
    boolean first = brokenBy.isEmpty();
    brokenBy = Optional.of(Supervision.describe(message.cause()));
    if (parts.hasEnded()) {
      return;
    }
    if (first && (parts.loop().isPresent() || parts.segments().underWay())) {
      parts.recorder().state(RunState.STOPPING);
      ending.cutShort();
      parts.loop().tell(Trainer.Order.STOP);
    } else {
      fail("the daemon failed: " + brokenBy.get());
    }
  }

  /** Makes the new folder a run that can go on from the last checkpoint, and ends. */
  void onFolderGone(Daemon.FolderGone message) {
    unwatched = true;
    RunContext runContext = parts.runContext();
    Dataset dataset = runContext.dataset();
    try {
      parts.segments().record(parts.segments().history());
      new DatasetFacts(dataset.classNames(), dataset.width(), dataset.size())
          .write(runContext.directory());
    } catch (IOException e) {
      parts
          .context()
          .getLog()
          .error("cannot write to {} made anew", runContext.directory().root(), e);
    }
    onBroken(new Daemon.Broken(new RunException(message.message())));
  }

  /**
   * Stopped actors lose what is in their mailboxes, and the journal has the cause of the end there.
   */
  void onEnd() {
    whenJournalled(Daemon.Last.INSTANCE);
  }

  /** Sends a message to the daemon when the journal has all events so far, or it takes too long. */
  private void whenJournalled(Daemon.Command message) {
    parts
        .context()
        .ask(
            RunJournal.Flushed.class,
            parts.members().journal(),
            JOURNAL_PATIENCE,
            RunJournal.Flush::new,
            (flushed, late) -> message);
  }

  /** The run has failed. */
  void fail(String message) {
    end(true, message);
  }

  /** Answers everybody; the outcome is known outside as soon as the journal has it. */
  private void end(boolean failed, String message) {
    RunProgress progress = parts.progress();
    progress.end();
    if (failed) {
      parts.recorder().failed(message);
      parts.pending().answerAll(parts.refused(message));
    } else {
      parts.recorder().event(RunEvent.STOPPED, Map.of());
      parts.pending().answerAll(parts.done(message, Map.of()));
    }
    parts.refuseChange(message + "; nothing has changed");
    boolean complete = progress.step() >= progress.settings().training().steps();
    whenJournalled(
        new Daemon.EndRecorded(
            new TrainingRun.Outcome(progress.step(), complete, failed, message)));
    parts.goOnWithWaiting();
  }

  /** Ends the company a moment later; after a failure as the settings say. */
  void onRecorded(Daemon.EndRecorded message) {
    TrainingRun.Outcome outcome = message.outcome();
    // Who watches runs must have the time to see a failure, if they know where to look.
    int minutes =
        outcome.failed() && !unwatched
            ? parts.progress().settings().supervision().failedMinutes()
            : 0;
    tellIn(FAREWELL.plusMinutes(minutes), Daemon.End.INSTANCE);
    // Whoever waits for it may end the actor system at once.
    parts.runContext().outcome().complete(outcome);
  }
}
