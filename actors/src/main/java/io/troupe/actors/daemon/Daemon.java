package io.troupe.actors.daemon;

import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.checkpoint.BestCheckpoint;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.checkpoint.TakenValues;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.forensics.Forensics;
import io.troupe.actors.journal.Plotter;
import io.troupe.actors.journal.RunCurves;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.listening.Listening;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.loop.TrainingLoop;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.sampling.Sampler;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.SettingsHistory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The guardian of the company. It wires all actors, turns commands from outside into theirs, tells
 * the journal and the metrics what they say, and holds the run's state: Starting, Running, Paused,
 * Stopping, Failed. It has a thread of its own.
 */
public final class Daemon extends AbstractBehavior<Daemon.Command> {
  /** What a daemon hears. */
  public sealed interface Command {}

  /** What somebody says to the run. */
  record Heard(RunCommand command) implements Command {}

  /**
   * What is to be told of the run's start.
   *
   * @param changes of its settings
   * @param rejected why newer checkpoints were passed over
   * @param taken what the run begins with of another one's checkpoint
   */
  record GoesOn(
      List<SettingsChange.Changed> changes,
      List<String> rejected,
      List<Choice> choices,
      Optional<TakenValues> taken)
      implements Command {}

  /** The dataset says something of its files: what is left out, replaced, or away. */
  record DatasetNoted(String note) implements Command {}

  /**
   * The run's folder was moved or deleted, and there is an empty one in its place.
   *
   * @param message says so
   */
  record FolderGone(String message) implements Command {}

  /** There was no step since an instant; the file says where threads are. */
  record Stalled(Instant since, Optional<Path> dump) implements Command {}

  private record LoopAssembled(TrainingLoop.Assembled loop) implements Command {}

  private record Trained(Trainer.Event event) implements Command {}

  /**
   * The training has the settings of the next segment, or it has not.
   *
   * @param history with what was asked for
   * @param compiled whether the steps were compiled anew
   */
  record SegmentPrepared(
      Trainer.Standing standing,
      SettingsHistory history,
      boolean compiled,
      Optional<Throwable> failure)
      implements Command {}

  private record Wrote(Checkpointer.Event event) implements Command {}

  private record Evaluated(Evaluator.Event event) implements Command {}

  private record Sampled(Sampler.Event event) implements Command {}

  private record Journalled(RunJournal.Event event) implements Command {}

  private record Plotted(Plotter.Event event) implements Command {}

  private record Listened(Listening.Event event) implements Command {}

  private record Kept(Forensics.Event event) implements Command {}

  private record HelperFailed(Supervision.Failure failure) implements Command {}

  /** The daemon itself failed at a message, or Akka's threads at something. */
  record Broken(Throwable cause) implements Command {}

  /** Of the last grid or the last scores nothing was heard for a while. */
  enum EndIsLate implements Command {
    INSTANCE
  }

  /**
   * The run has ended, and the journal says so, or it takes too long.
   *
   * @param outcome how
   */
  record EndRecorded(TrainingRun.Outcome outcome) implements Command {}

  /** The company ends as soon as the journal has everything. */
  enum End implements Command {
    INSTANCE
  }

  /** The journal has everything, or it takes too long. */
  enum Last implements Command {
    INSTANCE
  }

  private final RunRecorder recorder;
  private final LoopSequence loops;
  private final Dispatch<Command> reactions;
  private Behavior<Command> next = this;

  private Daemon(ActorContext<Command> context, RunContext runContext) {
    super(context);
    RunProgress progress =
        new RunProgress(
            runContext.version(),
            runContext.directory(),
            runContext.settings(),
            runContext.dataset().size());
    Members members = Members.spawn(context, runContext, listeners(context));
    recorder =
        new RunRecorder(
            progress,
            runContext.metrics(),
            members.journal(),
            members.controlServer(),
            runContext.helpers());
    Optional<RunCurves> journalled = runContext.journalled();
    long lost = runContext.lostSteps(journalled);
    if (lost > 0) {
      recorder.stepsLost(lost);
    }
    if (journalled.isPresent()) {
      // Somebody may have damaged a plot since it was drawn.
      members.redraw();
    }
    NavigableMap<Long, Map<String, Double>> known =
        journalled
            .map(curves -> curves.scoresUpTo(runContext.start().progress().step()))
            .orElse(Collections.emptyNavigableMap());
    Optional<Map.Entry<Long, Map<String, Double>>> newest = Optional.ofNullable(known.lastEntry());
    newest.ifPresent(scores -> recorder.scoresKnown(scores.getKey(), scores.getValue()));
    DaemonParts parts =
        new DaemonParts(
            context,
            runContext,
            progress,
            recorder,
            members,
            new PendingAnswers(),
            new Segments(runContext.directory(), members.checkpointer(), runContext.history()),
            new PresentLoop(
                context,
                members.checkpointer(),
                context.messageAdapter(TrainingLoop.Assembled.class, LoopAssembled::new),
                context.messageAdapter(Trainer.Event.class, Trained::new)));
    RunEnd end = new RunEnd(parts);
    SettingsRequests requests = new SettingsRequests(parts);
    ForensicEvents forensics = new ForensicEvents(parts);
    WayBack wayBack = new WayBack(parts, requests, forensics, end);
    loops = new LoopSequence(parts, requests, wayBack, end);
    BestCheckpoint best =
        new BestCheckpoint(runContext.settings().checkpoints().best(), runContext.bestValue());
    CollapseEvents collapse = new CollapseEvents(parts, wayBack, forensics, known);
    HelperEvents helpers = new HelperEvents(parts, best, loops, wayBack, collapse, end);
    newest.ifPresent(
        scores ->
            loops.whenAssembled(() -> helpers.judgeKnown(scores.getKey(), scores.getValue())));
    TrainerEvents trainer =
        new TrainerEvents(parts, helpers, end.ending(), loops, wayBack, collapse);
    reactions =
        reactions(new Commands(parts, helpers, requests, end), trainer, helpers, forensics, end);
    long step = runContext.start().progress().step();
    progress.restored(step);
    loops.start(Trainer.Standing.after(step));
  }

  private static Members.Listeners listeners(ActorContext<Command> context) {
    return new Members.Listeners(
        context.messageAdapter(RunCommand.class, Heard::new),
        context.messageAdapter(RunJournal.Event.class, Journalled::new),
        context.messageAdapter(Plotter.Event.class, Plotted::new),
        context.messageAdapter(Checkpointer.Event.class, Wrote::new),
        context.messageAdapter(Evaluator.Event.class, Evaluated::new),
        context.messageAdapter(Sampler.Event.class, Sampled::new),
        context.messageAdapter(Listening.Event.class, Listened::new),
        context.messageAdapter(Forensics.Event.class, Kept::new),
        context.messageAdapter(Supervision.Failure.class, HelperFailed::new));
  }

  private Dispatch<Command> reactions(
      Commands commands,
      TrainerEvents trainer,
      HelperEvents helpers,
      ForensicEvents forensics,
      RunEnd end) {
    return Dispatch.of(Command.class)
        .on(Heard.class, message -> commands.hear(message.command()))
        .on(GoesOn.class, this::onGoesOn)
        .on(
            DatasetNoted.class,
            noted -> recorder.event(RunEvent.DATASET, Map.of("note", noted.note())))
        .on(LoopAssembled.class, message -> loops.assembled(message.loop()))
        .on(Trained.class, message -> trainer.hear(message.event()))
        .on(SegmentPrepared.class, loops::prepared)
        .on(Wrote.class, message -> helpers.heard(message.event()))
        .on(Evaluated.class, message -> helpers.heard(message.event()))
        .on(Sampled.class, message -> helpers.heard(message.event()))
        .on(Journalled.class, message -> recorder.helpers().journal(message.event()))
        .on(Plotted.class, message -> recorder.helpers().plotted(message.event()))
        .on(Listened.class, message -> recorder.helpers().listened(message.event()))
        .on(Kept.class, message -> forensics.heard(message.event()))
        .on(HelperFailed.class, message -> helpers.failed(message.failure()))
        .on(Stalled.class, this::onStalled)
        .on(FolderGone.class, end::onFolderGone)
        .on(Broken.class, end::onBroken)
        .on(EndIsLate.class, message -> end.ending().late())
        .on(EndRecorded.class, end::onRecorded)
        .on(End.class, message -> end.onEnd())
        .on(Last.class, message -> next = Behaviors.stopped())
        .complete();
  }

  /** The whole company. If the daemon itself fails, it ends the run with a last checkpoint. */
  static Behavior<Command> create(RunContext runContext) {
    return Behaviors.setup(
        context ->
            Behaviors.supervise(
                    Supervision.watched(
                        Behaviors.<Command>setup(inner -> new Daemon(inner, runContext)),
                        (failure, starting) -> context.getSelf().tell(new Broken(failure))))
                .onFailure(SupervisorStrategy.resume()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, message -> done(() -> reactions.hear(message)))
        .onSignal(ChildFailed.class, signal -> done(() -> loops.failed(signal.getCause())))
        .onSignal(Terminated.class, signal -> done(loops::ended))
        .build();
  }

  private Behavior<Command> done(Runnable reaction) {
    reaction.run();
    return next;
  }

  private void onStalled(Stalled message) {
    recorder.event(
        RunEvent.STALLED,
        Map.of(
            "since", message.since().toString(),
            "file", message.dump().map(Path::toString).orElse("")));
  }

  private void onGoesOn(GoesOn message) {
    recorder.settingsChanged(message.changes());
    recorder.chosen(message.choices());
    recorder.checkpointsRejected(message.rejected());
    message.taken().ifPresent(taken -> recorder.event(RunEvent.INITIALISED, taken.toMap()));
  }
}
