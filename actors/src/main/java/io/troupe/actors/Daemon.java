package io.troupe.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.models.training.DivergedException;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The guardian of the company. It wires all actors, turns commands from outside into theirs, tells
 * the journal and the metrics what they say, and holds the run's state: Starting, Running, Paused,
 * Stopping, Failed. It has a thread of its own.
 */
public final class Daemon extends AbstractBehavior<Daemon.Command> {
  /** What a daemon hears. */
  public sealed interface Command {}

  /** Asks how the run is. */
  public record GetStatus(ActorRef<Status> replyTo) implements Command {}

  /** Stops training after the present iteration until Resume; answered when it has stopped. */
  public record Pause(ActorRef<Answer> replyTo) implements Command {}

  /** Goes on; answered when training goes on. */
  public record Resume(ActorRef<Answer> replyTo) implements Command {}

  /**
   * Evaluates the present generator.
   *
   * @param untilDone whether the answer comes with the scores, or as soon as the evaluation is
   *     asked for
   */
  public record Evaluate(boolean untilDone, ActorRef<Answer> replyTo) implements Command {}

  /** Ends a running evaluation without scores, and drops a queued one. */
  public record CancelEvaluation(ActorRef<Answer> replyTo) implements Command {}

  /** Writes a checkpoint after the present iteration; answered when it is on disk. */
  public record Checkpoint(ActorRef<Answer> replyTo) implements Command {}

  /**
   * Makes pictures of the present generator; answered when they are on disk.
   *
   * @param order which; empty is a grid as the run's own
   */
  public record Sample(Optional<PictureOrder> order, ActorRef<Answer> replyTo) implements Command {
    /** A grid as the run's own. */
    public Sample(ActorRef<Answer> replyTo) {
      this(Optional.empty(), replyTo);
    }
  }

  /** Ends the run with a last checkpoint; answered when that is on disk. */
  public record Stop(ActorRef<Answer> replyTo) implements Command {}

  /**
   * Changes settings that do not change what a step computes, e.g. {@code evaluation.every=500}.
   */
  public record ChangeSettings(List<String> overrides, ActorRef<Answer> replyTo)
      implements Command {}

  /**
   * What is to be told of the run's start.
   *
   * @param changes of its settings
   * @param rejected why newer checkpoints were passed over
   */
  record GoesOn(List<Difference> changes, List<String> rejected) implements Command {}

  /** The dataset says something of its files: what is left out, replaced, or away. */
  record DatasetNoted(String note) implements Command {}

  /** The answer to a command. */
  public sealed interface Answer {}

  /**
   * It was done.
   *
   * @param details e.g. the path of a written file, or scores
   */
  public record Done(long step, String message, Map<String, Object> details) implements Answer {}

  /** It was not done, and why. */
  public record Refused(long step, String reason) implements Answer {}

  /** It cannot be done in any state of the run, because what was asked for is wrong. */
  public record Invalid(long step, String reason) implements Answer {}

  private record LoopAssembled(TrainingLoop.Assembled loop) implements Command {}

  private record Trained(Trainer.Event event) implements Command {}

  private record Wrote(Checkpointer.Event event) implements Command {}

  private record Evaluated(Evaluator.Event event) implements Command {}

  private record Sampled(Sampler.Event event) implements Command {}

  private record Journalled(RunJournal.Event event) implements Command {}

  private record Plotted(Plotter.Event event) implements Command {}

  private record Boarded(TensorBoard.Event event) implements Command {}

  private record HelperFailed(Supervision.Failure failure) implements Command {}

  /** The daemon itself failed at a message, or Akka's threads at something. */
  record Broken(Throwable cause) implements Command {}

  /** Of the last grid or the last scores nothing was heard for a while. */
  private enum EndIsLate implements Command {
    INSTANCE
  }

  private enum End implements Command {
    INSTANCE
  }

  /** Lets the answer to a stop leave before the control server does. */
  private static final Duration FAREWELL = Duration.ofMillis(300);

  /** How long a run waits for the grid of its last step, and for its evaluation to begin. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** That wait for the sampler at a time. */
  private static final int MAX_PICTURE_ORDERS = 4;

  private final Stage stage;
  private final RunProgress progress;
  private final PendingAnswers pending = new PendingAnswers();
  private final RunRecorder recorder;
  private final Members members;
  private final Ending ending;
  private final HelperEvents helpers;
  private Optional<TrainingLoop.Assembled> loop = Optional.empty();
  private Optional<String> brokenBy = Optional.empty();
  private OptionalLong divergedFrom = OptionalLong.empty();
  private int loops;

  private Daemon(ActorContext<Command> context, Stage stage) {
    super(context);
    this.stage = stage;
    progress =
        new RunProgress(
            stage.version(), stage.directory(), stage.settings(), stage.dataset().size());
    members =
        Members.spawn(
            context,
            stage,
            new Members.Listeners(
                context.messageAdapter(RunJournal.Event.class, Journalled::new),
                context.messageAdapter(Plotter.Event.class, Plotted::new),
                context.messageAdapter(Checkpointer.Event.class, Wrote::new),
                context.messageAdapter(Evaluator.Event.class, Evaluated::new),
                context.messageAdapter(Sampler.Event.class, Sampled::new),
                context.messageAdapter(TensorBoard.Event.class, Boarded::new),
                context.messageAdapter(Supervision.Failure.class, HelperFailed::new)));
    recorder =
        new RunRecorder(progress, stage.metrics(), members.journal(), members.controlServer());
    stage.knownScores().ifPresent(known -> recorder.scoresKnown(known.getKey(), known.getValue()));
    ending =
        new Ending(
            progress,
            recorder,
            () -> context.scheduleOnce(PATIENCE, context.getSelf(), EndIsLate.INSTANCE),
            this::ended);
    helpers =
        new HelperEvents(
            progress,
            recorder,
            members,
            pending,
            new BestCheckpoint(stage.settings().checkpoints().best(), stage.bestValue()),
            ending,
            this::follow,
            message -> end(true, message));
    startLoop();
  }

  /** The whole company. If the daemon itself fails, it ends the run with a last checkpoint. */
  static Behavior<Command> create(Stage stage) {
    return Behaviors.setup(
        context ->
            Behaviors.supervise(
                    Supervision.watched(
                        Behaviors.<Command>setup(inner -> new Daemon(inner, stage)),
                        (failure, starting) -> context.getSelf().tell(new Broken(failure))))
                .onFailure(SupervisorStrategy.resume()));
  }

  private void startLoop() {
    RunSettings settings = progress.settings();
    progress.restored(stage.start().progress().step());
    TrainingLoop.Task task =
        new TrainingLoop.Task(
            settings,
            stage.dataset(),
            stage.training(),
            stage.start(),
            limits(settings),
            stage.metrics());
    ActorContext<Command> context = getContext();
    loops++;
    context.watch(
        context.spawn(
            TrainingLoop.create(
                task,
                members.checkpointer(),
                context.messageAdapter(TrainingLoop.Assembled.class, LoopAssembled::new),
                context.messageAdapter(Trainer.Event.class, Trained::new)),
            "training-loop-" + loops,
            Mailboxes.metered()));
  }

  private static Trainer.Configure limits(RunSettings settings) {
    boolean ranked = settings.checkpoints().best() != RunSettings.BestScore.NONE;
    return new Trainer.Configure(
        settings.training().steps(),
        settings.checkpoints().every(),
        ranked ? settings.evaluation().every() : 0);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(GetStatus.class, this::onGetStatus)
        .onMessage(Pause.class, this::onPause)
        .onMessage(Resume.class, this::onResume)
        .onMessage(Evaluate.class, this::onEvaluate)
        .onMessage(CancelEvaluation.class, this::onCancelEvaluation)
        .onMessage(Checkpoint.class, this::onCheckpoint)
        .onMessage(Sample.class, this::onSample)
        .onMessage(Stop.class, this::onStop)
        .onMessage(ChangeSettings.class, this::onChangeSettings)
        .onMessage(GoesOn.class, this::onGoesOn)
        .onMessage(LoopAssembled.class, this::onLoopAssembled)
        .onMessage(Trained.class, this::onTrained)
        .onMessage(Wrote.class, this::onWrote)
        .onMessage(Evaluated.class, message -> done(() -> helpers.heard(message.event())))
        .onMessage(Sampled.class, message -> done(() -> helpers.heard(message.event())))
        .onMessage(Journalled.class, message -> done(() -> recorder.journal(message.event())))
        .onMessage(Plotted.class, message -> done(() -> recorder.plotted(message.event())))
        .onMessage(Boarded.class, message -> done(() -> recorder.boarded(message.event())))
        .onMessage(HelperFailed.class, message -> done(() -> helpers.failed(message.failure())))
        .onMessage(
            DatasetNoted.class,
            message -> done(() -> recorder.event("dataset", Map.of("note", message.note()))))
        .onMessage(Broken.class, this::onBroken)
        .onMessageEquals(EndIsLate.INSTANCE, () -> done(ending::late))
        .onMessageEquals(End.INSTANCE, Behaviors::stopped)
        .onSignal(ChildFailed.class, this::onLoopFailed)
        .build();
  }

  private Behavior<Command> done(Runnable reaction) {
    reaction.run();
    return this;
  }

  private Behavior<Command> onGetStatus(GetStatus message) {
    message.replyTo().tell(progress.status());
    return this;
  }

  private Behavior<Command> onPause(Pause message) {
    return order("pause", message.replyTo(), PendingAnswers.Event.PAUSED, Trainer.Order.PAUSE);
  }

  private Behavior<Command> onResume(Resume message) {
    return order("resume", message.replyTo(), PendingAnswers.Event.RESUMED, Trainer.Order.RESUME);
  }

  private Behavior<Command> onCheckpoint(Checkpoint message) {
    return order("checkpoint", message.replyTo(), PendingAnswers.Event.SAVED, Trainer.Order.SAVE);
  }

  private Behavior<Command> order(
      String name, ActorRef<Answer> replyTo, PendingAnswers.Event awaited, Trainer.Order order) {
    if (ready(name, replyTo)) {
      pending.add(awaited, progress.step(), replyTo);
      loop.orElseThrow().trainer().tell(order);
    }
    return this;
  }

  private Behavior<Command> onEvaluate(Evaluate message) {
    if (ready("evaluate", message.replyTo())
        && granted(helpers.cannotEvaluate(), message.replyTo())) {
      members.evaluator().tell(Evaluator.Order.EVALUATE);
      if (message.untilDone()) {
        pending.add(PendingAnswers.Event.EVALUATED, progress.step(), message.replyTo());
      } else {
        message.replyTo().tell(done("evaluation asked for", Map.of()));
      }
    }
    return this;
  }

  private Behavior<Command> onCancelEvaluation(CancelEvaluation message) {
    if (ready("cancel-evaluation", message.replyTo())) {
      members.evaluator().tell(Evaluator.Order.CANCEL);
      pending.refuse(PendingAnswers.Event.EVALUATED, refused("the evaluation was cancelled"));
      message.replyTo().tell(done("evaluation cancelled", Map.of()));
    }
    return this;
  }

  private Behavior<Command> onSample(Sample message) {
    if (!ready("sample", message.replyTo())
        || !granted(helpers.cannotSample(), message.replyTo())) {
      return this;
    }
    if (message.order().isPresent()) {
      order(message.order().get(), message.replyTo());
    } else {
      pending.add(PendingAnswers.Event.GRID_WRITTEN, progress.step(), message.replyTo());
      members.sampler().tell(Sampler.Order.SAMPLE);
    }
    return this;
  }

  private void order(PictureOrder order, ActorRef<Answer> replyTo) {
    if (pending.count(PendingAnswers.Event.PICTURES_WRITTEN) >= MAX_PICTURE_ORDERS) {
      replyTo.tell(refused("other pictures are being made; ask again when they are done"));
      return;
    }
    try {
      Sampler.Pictures wanted =
          order.check(progress.settings(), stage.dataset().classNames(), replyTo);
      pending.add(PendingAnswers.Event.PICTURES_WRITTEN, progress.step(), replyTo);
      members.sampler().tell(wanted);
    } catch (IllegalArgumentException e) {
      replyTo.tell(new Invalid(progress.step(), e.getMessage()));
    }
  }

  /** Whether commands for the company can be given; if not, says so. */
  private boolean ready(String command, ActorRef<Answer> replyTo) {
    recorder.event("command", Map.of("command", command));
    if (progress.state() == RunState.RUNNING || progress.state() == RunState.PAUSED) {
      return true;
    }
    replyTo.tell(refused("the run is " + progress.state().label()));
    return false;
  }

  /** Whether nothing speaks against a command; else says so. */
  private boolean granted(Optional<String> obstacle, ActorRef<Answer> replyTo) {
    obstacle.ifPresent(reason -> replyTo.tell(refused(reason)));
    return obstacle.isEmpty();
  }

  private Behavior<Command> onStop(Stop message) {
    recorder.event("command", Map.of("command", "stop"));
    if (stage.outcome().isDone()) {
      message.replyTo().tell(done("the run has ended", Map.of()));
      endIn(FAREWELL);
      return this;
    }
    pending.add(PendingAnswers.Event.ENDED, progress.step(), message.replyTo());
    if (progress.state() == RunState.STOPPING || progress.state() == RunState.FAILED) {
      ending.cutShort();
      return this;
    }
    boolean training = loop.isPresent();
    recorder.state(RunState.STOPPING);
    if (training) {
      loop.orElseThrow().trainer().tell(Trainer.Order.STOP);
    } else {
      end(false, "stopped before training went on");
    }
    return this;
  }

  private Behavior<Command> onChangeSettings(ChangeSettings message) {
    try {
      SettingsChange change =
          SettingsChange.write(stage.directory(), progress.settings(), message.overrides());
      RunSettings changed = change.settings();
      progress.setSettings(changed);
      loop.ifPresent(present -> present.trainer().tell(limits(changed)));
      members.checkpointer().tell(new Checkpointer.Keep(changed.checkpoints().keep()));
      follow();
      recorder.settingsChanged(change.differences());
      List<String> changes = change.differences().stream().map(Difference::toString).toList();
      message.replyTo().tell(done("settings changed", Map.of("changed", changes)));
    } catch (SettingsException e) {
      message.replyTo().tell(new Invalid(progress.step(), e.getMessage()));
    } catch (RunException e) {
      message.replyTo().tell(refused(e.getMessage()));
    }
    return this;
  }

  private Behavior<Command> onGoesOn(GoesOn message) {
    recorder.settingsChanged(message.changes());
    recorder.checkpointsRejected(message.rejected());
    return this;
  }

  private Behavior<Command> onLoopAssembled(LoopAssembled message) {
    loop = Optional.of(message.loop());
    // The settings may have changed while the loop was being assembled.
    message.loop().trainer().tell(limits(progress.settings()));
    recorder.started(message.loop());
    follow();
    if (progress.state() == RunState.STARTING) {
      recorder.state(RunState.RUNNING);
    }
    return this;
  }

  private void follow() {
    loop.ifPresent(present -> members.follow(present.emaKeeper(), progress.settings()));
  }

  private Behavior<Command> onTrained(Trained message) {
    if (message.event() instanceof Trainer.StepCompleted step) {
      recorder.stepCompleted(step);
    } else if (message.event() instanceof Trainer.Paused) {
      unlessEnding(RunState.PAUSED);
      recorder.event("paused", Map.of());
      pending.answer(PendingAnswers.Event.PAUSED, progress.step(), done("paused", Map.of()));
    } else if (message.event() instanceof Trainer.Resumed) {
      unlessEnding(RunState.RUNNING);
      recorder.event("continued", Map.of());
      pending.answer(PendingAnswers.Event.RESUMED, progress.step(), done("running", Map.of()));
    } else if (message.event() instanceof Trainer.SaveSkipped skipped) {
      recorder.saveSkipped(skipped.step());
    } else if (message.event() instanceof Trainer.Stopped
        && progress.state() != RunState.STOPPING) {
      // All steps are done: the run ends with a picture and the scores of where it got, unless
      // there are none but on request.
      recorder.state(RunState.STOPPING);
      boolean withGrid =
          progress.settings().sampling().every() > 0
              || pending.isAwaited(PendingAnswers.Event.GRID_WRITTEN);
      if (withGrid) {
        members.sampler().tell(Sampler.Order.SAMPLE);
      }
      ending.awaitLast(withGrid, helpers.canScore());
    }
    return this;
  }

  private Behavior<Command> onWrote(Wrote message) {
    if (message.event() instanceof Checkpointer.SaveFailed failed && failed.diverged()) {
      Trainer.Diverged diverged = new Trainer.Diverged(failed.step(), failed.reason());
      loop.ifPresent(present -> present.trainer().tell(diverged));
    }
    helpers.heard(message.event());
    return this;
  }

  /** A stop or a failure may overtake the trainer's word that it has paused. */
  private void unlessEnding(RunState now) {
    if (progress.state() != RunState.STOPPING && progress.state() != RunState.FAILED) {
      recorder.state(now);
    }
  }

  private void ended() {
    if (!stage.outcome().isDone()) {
      String broken = brokenBy.map(" because the daemon failed: "::concat).orElse("");
      end(brokenBy.isPresent(), "stopped after step " + progress.step() + broken);
    }
  }

  /** Nothing is certain any more but what is on disk: a last checkpoint is tried, then the end. */
  private Behavior<Command> onBroken(Broken message) {
    getContext().getLog().error("the daemon failed", message.cause());
    boolean first = brokenBy.isEmpty();
    brokenBy = Optional.of(Supervision.describe(message.cause()));
    if (stage.outcome().isDone()) {
      return this;
    }
    if (first && loop.isPresent()) {
      recorder.state(RunState.STOPPING);
      ending.cutShort();
      loop.get().trainer().tell(Trainer.Order.STOP);
    } else {
      end(true, "the daemon failed: " + brokenBy.get());
    }
    return this;
  }

  private Behavior<Command> onLoopFailed(ChildFailed signal) {
    Throwable cause = signal.getCause();
    getContext().getLog().error("the training loop failed after step {}", progress.step(), cause);
    loop = Optional.empty();
    boolean stopping = progress.state() == RunState.STOPPING;
    if (stopping || progress.rollbacks() >= progress.settings().supervision().maxRollbacks()) {
      end(true, cause.getMessage());
      return this;
    }
    recorder.state(RunState.STARTING);
    pending.answerAll(refused("the training loop failed: " + cause.getMessage()));
    boolean diverged = cause.getCause() instanceof DivergedException;
    try {
      goBack(diverged);
    } catch (IOException | CheckpointException e) {
      end(true, "%s; and going back failed: %s".formatted(cause.getMessage(), e.getMessage()));
      return this;
    }
    TrainingState.Progress from = stage.start().progress();
    // The checkpoint may be from before earlier redraws, with which it would diverge once more.
    int redraws = stage.training().redraws();
    stage.start().setProgress(from.withRedraws(diverged ? redraws + 1 : redraws));
    recorder.rolledBack(cause.getMessage(), from.step());
    startLoop();
    return this;
  }

  /** To the newest good checkpoint, or further if a divergence followed from that one before. */
  private void goBack(boolean diverged) throws IOException, CheckpointException {
    CheckpointStore.Loaded loaded = stage.store().loadLatest(stage.start());
    if (loaded.file().isEmpty()) {
      throw new IOException("there is no checkpoint in " + stage.directory().checkpoints());
    }
    List<String> rejected = new ArrayList<>(loaded.rejected());
    long step = stage.start().progress().step();
    if (diverged && divergedFrom.isPresent() && divergedFrom.getAsLong() == step) {
      rejected.addAll(stage.store().loadBefore(stage.start(), step).rejected());
    }
    if (diverged) {
      divergedFrom = OptionalLong.of(stage.start().progress().step());
    }
    rejected.forEach(reason -> getContext().getLog().warn("passed over a checkpoint: {}", reason));
    recorder.checkpointsRejected(rejected);
  }

  /**
   * Answers everybody, and ends the company a moment later; after a failure as the settings say.
   */
  private void end(boolean failed, String message) {
    if (failed) {
      recorder.failed(message);
      pending.answerAll(refused(message));
    } else {
      recorder.event("stopped", Map.of());
      pending.answerAll(done(message, Map.of()));
    }
    // Who watches runs must have the time to see a failure.
    int minutes = failed ? progress.settings().supervision().failedMinutes() : 0;
    endIn(FAREWELL.plusMinutes(minutes));
    boolean complete = progress.step() >= progress.settings().training().steps();
    stage.outcome().complete(new TrainingRun.Outcome(progress.step(), complete, failed, message));
  }

  private void endIn(Duration time) {
    getContext().scheduleOnce(time, getContext().getSelf(), End.INSTANCE);
  }

  private Done done(String message, Map<String, Object> details) {
    return new Done(progress.step(), message, details);
  }

  private Refused refused(String reason) {
    return new Refused(progress.step(), reason);
  }
}
