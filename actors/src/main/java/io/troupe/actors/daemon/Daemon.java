package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.checkpoint.BestCheckpoint;
import io.troupe.actors.checkpoint.CheckpointException;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.journal.Plotter;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.loop.TrainingLoop;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.sampling.Sampler;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.actors.supervision.Supervision;
import io.troupe.actors.tensorboard.TensorBoard;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsHistory;
import io.troupe.models.training.DivergedException;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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
   */
  record GoesOn(List<SettingsChange.Changed> changes, List<String> rejected) implements Command {}

  /** The dataset says something of its files: what is left out, replaced, or away. */
  record DatasetNoted(String note) implements Command {}

  private record LoopAssembled(TrainingLoop.Assembled loop) implements Command {}

  private record Trained(Trainer.Event event) implements Command {}

  /**
   * The training has the settings of the next segment, or it has not.
   *
   * @param history with what was asked for
   * @param compiled whether the steps were compiled anew
   */
  private record SegmentPrepared(
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
  private final Segments segments;
  private final Dispatch<RunCommand> commands = commands();
  private Optional<Trainer.Standing> handedOver = Optional.empty();
  private Optional<ActorRef<TrainingLoop.Command>> loopActor = Optional.empty();
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
                context.messageAdapter(RunCommand.class, Heard::new),
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
    segments = new Segments(stage.directory(), stage.store(), stage.history());
    long step = stage.start().progress().step();
    progress.restored(step);
    startLoop(Trainer.Standing.after(step));
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

  /** Of the training and the state that are on the stage. */
  private void startLoop(Trainer.Standing standing) {
    segments.begin(standing.step() + 1);
    progress.setSettings(segments.settings());
    TrainingLoop.Task task =
        new TrainingLoop.Task(
            progress.settings(),
            stage.dataset(),
            stage.training(),
            stage.start(),
            standing,
            limits(),
            stage.metrics());
    ActorContext<Command> context = getContext();
    loops++;
    loopActor =
        Optional.of(
            context.spawn(
                TrainingLoop.create(
                    task,
                    members.checkpointer(),
                    context.messageAdapter(TrainingLoop.Assembled.class, LoopAssembled::new),
                    context.messageAdapter(Trainer.Event.class, Trained::new)),
                "training-loop-" + loops,
                Mailboxes.metered()));
    context.watch(loopActor.get());
  }

  private Trainer.Configure limits() {
    RunSettings settings = progress.settings();
    boolean ranked = settings.checkpoints().keepsBest();
    return new Trainer.Configure(
        settings.training().steps(),
        settings.checkpoints().every(),
        ranked ? settings.evaluation().every() : 0,
        segments.end());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Heard.class, message -> done(() -> commands.hear(message.command())))
        .onMessage(GoesOn.class, this::onGoesOn)
        .onMessage(LoopAssembled.class, this::onLoopAssembled)
        .onMessage(Trained.class, this::onTrained)
        .onMessage(SegmentPrepared.class, this::onSegmentPrepared)
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
        .onSignal(Terminated.class, signal -> onLoopEnded())
        .build();
  }

  private Dispatch<RunCommand> commands() {
    return Dispatch.of(RunCommand.class)
        .on(RunCommand.GetStatus.class, this::onGetStatus)
        .on(RunCommand.Pause.class, unlessUnderWay(this::onPause))
        .on(RunCommand.Resume.class, unlessUnderWay(this::onResume))
        .on(RunCommand.Evaluate.class, unlessUnderWay(this::onEvaluate))
        .on(RunCommand.CancelEvaluation.class, unlessUnderWay(this::onCancelEvaluation))
        .on(RunCommand.Checkpoint.class, unlessUnderWay(this::onCheckpoint))
        .on(RunCommand.Sample.class, unlessUnderWay(this::onSample))
        .on(RunCommand.Stop.class, unlessUnderWay(this::onStop))
        .on(RunCommand.ChangeSettings.class, unlessUnderWay(this::onChangeSettings))
        .complete();
  }

  /** Between two segments nobody is there to do what is asked: it is done afterwards. */
  private <T extends RunCommand.Asked> Consumer<T> unlessUnderWay(Consumer<T> reaction) {
    return message -> {
      if (segments.underWay()) {
        segments.await(message, progress.step());
      } else {
        reaction.accept(message);
      }
    };
  }

  private Behavior<Command> done(Runnable reaction) {
    reaction.run();
    return this;
  }

  private void onGetStatus(RunCommand.GetStatus message) {
    message.replyTo().tell(progress.status());
  }

  private void onPause(RunCommand.Pause message) {
    order("pause", message.replyTo(), PendingAnswers.Event.PAUSED, Trainer.Order.PAUSE);
  }

  private void onResume(RunCommand.Resume message) {
    order("resume", message.replyTo(), PendingAnswers.Event.RESUMED, Trainer.Order.RESUME);
  }

  private void onCheckpoint(RunCommand.Checkpoint message) {
    order("checkpoint", message.replyTo(), PendingAnswers.Event.SAVED, Trainer.Order.SAVE);
  }

  private void order(
      String name, ActorRef<RunAnswer> replyTo, PendingAnswers.Event awaited, Trainer.Order order) {
    if (ready(name, replyTo)) {
      pending.add(awaited, progress.step(), replyTo);
      loop.orElseThrow().trainer().tell(order);
    }
  }

  private void onEvaluate(RunCommand.Evaluate message) {
    if (ready("evaluate", message.replyTo())
        && granted(helpers.cannotEvaluate(), message.replyTo())) {
      members.evaluator().tell(Evaluator.Order.EVALUATE);
      if (message.untilDone()) {
        pending.add(PendingAnswers.Event.EVALUATED, progress.step(), message.replyTo());
      } else {
        message.replyTo().tell(done("evaluation asked for", Map.of()));
      }
    }
  }

  private void onCancelEvaluation(RunCommand.CancelEvaluation message) {
    if (ready("cancel-evaluation", message.replyTo())) {
      members.evaluator().tell(Evaluator.Order.CANCEL);
      pending.refuse(PendingAnswers.Event.EVALUATED, refused("the evaluation was cancelled"));
      message.replyTo().tell(done("evaluation cancelled", Map.of()));
    }
  }

  private void onSample(RunCommand.Sample message) {
    if (!ready("sample", message.replyTo())
        || !granted(helpers.cannotSample(), message.replyTo())) {
      return;
    }
    if (message.order().isPresent()) {
      order(message.order().get(), message.replyTo());
    } else {
      pending.add(PendingAnswers.Event.GRID_WRITTEN, progress.step(), message.replyTo());
      members.sampler().tell(Sampler.Order.SAMPLE);
    }
  }

  private void order(PictureOrder order, ActorRef<RunAnswer> replyTo) {
    if (pending.count(PendingAnswers.Event.PICTURES_WRITTEN) >= MAX_PICTURE_ORDERS) {
      replyTo.tell(refused("other pictures are being made; ask again when they are done"));
      return;
    }
    try {
      Sampler.Pictures wanted =
          Sampler.Pictures.of(order, progress.settings(), stage.dataset().classNames(), replyTo);
      pending.add(PendingAnswers.Event.PICTURES_WRITTEN, progress.step(), replyTo);
      members.sampler().tell(wanted);
    } catch (IllegalArgumentException e) {
      replyTo.tell(new RunAnswer.Invalid(progress.step(), e.getMessage()));
    }
  }

  /** Whether commands for the company can be given; if not, says so. */
  private boolean ready(String command, ActorRef<RunAnswer> replyTo) {
    recorder.event("command", Map.of("command", command));
    if (progress.state() == RunState.RUNNING || progress.state() == RunState.PAUSED) {
      return true;
    }
    replyTo.tell(refused("the run is " + progress.state().label()));
    return false;
  }

  /** Whether nothing speaks against a command; else says so. */
  private boolean granted(Optional<String> obstacle, ActorRef<RunAnswer> replyTo) {
    obstacle.ifPresent(reason -> replyTo.tell(refused(reason)));
    return obstacle.isEmpty();
  }

  private void onStop(RunCommand.Stop message) {
    recorder.event("command", Map.of("command", "stop"));
    if (stage.outcome().isDone()) {
      message.replyTo().tell(done("the run has ended", Map.of()));
      endIn(FAREWELL);
      return;
    }
    pending.add(PendingAnswers.Event.ENDED, progress.step(), message.replyTo());
    if (progress.state() == RunState.STOPPING || progress.state() == RunState.FAILED) {
      ending.cutShort();
      return;
    }
    boolean training = loop.isPresent();
    recorder.state(RunState.STOPPING);
    if (training) {
      loop.orElseThrow().trainer().tell(Trainer.Order.STOP);
    } else {
      end(false, "stopped before training went on");
    }
  }

  private void onChangeSettings(RunCommand.ChangeSettings message) {
    if (progress.state() == RunState.STARTING) {
      segments.await(message, progress.step());
      return;
    }
    try {
      SettingsHistory before = segments.history();
      SettingsChange change =
          SettingsChange.check(stage.directory(), before.newest(), message.overrides());
      long next = progress.step() + 1;
      SettingsHistory after = change.applied(before, next);
      if (after.changes().equals(before.changes())) {
        recorded(change.changes(before, after, next), after);
        message.replyTo().tell(changed(change.changes(before, after, next), false));
      } else if (progress.state() == RunState.RUNNING || progress.state() == RunState.PAUSED) {
        segments.endFor(new Segments.Request(change, message.replyTo()));
        loop.orElseThrow().trainer().tell(limits().endingNow());
      } else {
        message.replyTo().tell(refused("the run is " + progress.state().label()));
      }
    } catch (SettingsException e) {
      message.replyTo().tell(new RunAnswer.Invalid(progress.step(), e.getMessage()));
    } catch (IOException e) {
      message.replyTo().tell(notRecorded(e));
    }
  }

  /** Records a change, and has it hold as far as the training loop does not matter. */
  private void recorded(List<SettingsChange.Changed> changes, SettingsHistory after)
      throws IOException {
    segments.record(after);
    progress.setSettings(segments.settings());
    loop.ifPresent(present -> present.trainer().tell(limits()));
    members.checkpointer().tell(new Checkpointer.Keep(progress.settings().checkpoints().keep()));
    follow();
    recorder.settingsChanged(changes);
  }

  private RunAnswer.Refused notRecorded(IOException e) {
    return refused(
        "the change cannot be recorded, so nothing has changed: cannot write %s: %s"
            .formatted(stage.directory().config(), e));
  }

  private RunAnswer.Done changed(List<SettingsChange.Changed> changes, boolean compiled) {
    OptionalLong fromStep =
        changes.stream().flatMapToLong(change -> change.fromStep().stream()).findFirst();
    String message =
        changes.isEmpty() ? "nothing changed: the settings are these already" : "settings changed";
    if (fromStep.isPresent()) {
      message += " from step %d on".formatted(fromStep.getAsLong());
    }
    if (compiled) {
      message += "; the training step was compiled anew";
    }
    return done(
        message, Map.of("changed", changes.stream().map(SettingsChange.Changed::toMap).toList()));
  }

  /** The trainer has handed its networks over, and hears nothing more. */
  private void onSegmentEnded(Trainer.Standing standing) {
    segments.reached(Segments.Phase.CLOSING);
    handedOver = Optional.of(standing);
    loop = Optional.empty();
    getContext().stop(loopActor.orElseThrow());
  }

  /** A loop has ended as it was told to: nobody uses the training now. */
  private Behavior<Command> onLoopEnded() {
    if (segments.phase() == Segments.Phase.CLOSING) {
      segments.reached(Segments.Phase.PREPARING);
      prepareSegment(handedOver.orElseThrow());
    }
    return this;
  }

  /** Gives the training the settings of the next step, aside: compiling takes a while. */
  private void prepareSegment(Trainer.Standing standing) {
    SettingsHistory planned = planned(standing.step() + 1);
    RunSettings settings = planned.at(standing.step() + 1);
    CompletableFuture<Boolean> prepared = new CompletableFuture<>();
    Thread preparing =
        new Thread(
            () -> {
              try {
                prepared.complete(stage.owned().change(settings));
              } catch (RunException | RuntimeException | Error e) {
                prepared.completeExceptionally(e);
              }
            },
            "troupe-segment");
    getContext()
        .pipeToSelf(
            prepared,
            (compiled, failure) ->
                new SegmentPrepared(
                    standing, planned, failure == null && compiled, Optional.ofNullable(failure)));
    preparing.start();
  }

  /** What is to be recorded: with what was asked for, if that can hold from a step on. */
  private SettingsHistory planned(long fromStep) {
    SettingsHistory present = segments.history();
    Optional<Segments.Request> request = segments.request();
    try {
      return request.isPresent() ? request.get().change().applied(present, fromStep) : present;
    } catch (SettingsException e) {
      segments.takeRequest();
      request.orElseThrow().replyTo().tell(new RunAnswer.Invalid(progress.step(), e.getMessage()));
      return present;
    }
  }

  private Behavior<Command> onSegmentPrepared(SegmentPrepared message) {
    if (stage.outcome().isDone()) {
      return this;
    }
    Trainer.Standing standing = message.standing();
    long next = standing.step() + 1;
    Optional<Segments.Request> request = segments.takeRequest();
    if (message.failure().isPresent()) {
      String reason = Supervision.describe(message.failure().get());
      if (request.isEmpty()) {
        saveAndFail("step %d cannot have its settings: %s".formatted(next, reason));
      } else {
        request.get().replyTo().tell(refused(reason + "; nothing has changed"));
        prepareSegment(standing);
      }
      return this;
    }
    if (request.isPresent()) {
      ActorRef<RunAnswer> replyTo = request.get().replyTo();
      List<SettingsChange.Changed> changes =
          request.get().change().changes(segments.history(), message.history(), next);
      try {
        segments.begin(next);
        recorded(changes, message.history());
      } catch (IOException e) {
        replyTo.tell(notRecorded(e));
        prepareSegment(standing);
        return this;
      }
      replyTo.tell(changed(changes, message.compiled()));
    } else if (progress.state() != RunState.STARTING) {
      recorder.segment(next, segments.history().from(next));
    }
    if (segments.underWay()) {
      segments.reached(Segments.Phase.BEGINNING);
    }
    startLoop(standing);
    return this;
  }

  /** There is a state to save, but no trainer that could go on. */
  private void saveAndFail(String reason) {
    try {
      stage.store().save(stage.start());
    } catch (IOException | CheckpointException e) {
      getContext().getLog().error("step {} is not saved", progress.step(), e);
    }
    end(true, reason);
  }

  private Behavior<Command> onGoesOn(GoesOn message) {
    recorder.settingsChanged(message.changes());
    recorder.checkpointsRejected(message.rejected());
    return this;
  }

  private Behavior<Command> onLoopAssembled(LoopAssembled message) {
    if (stage.outcome().isDone()) {
      return this;
    }
    loop = Optional.of(message.loop());
    follow();
    if (progress.state() == RunState.STARTING) {
      recorder.started(message.loop());
      recorder.state(RunState.RUNNING);
    } else {
      repeatOrders(message.loop().trainer());
    }
    goOnWithWaiting();
    return this;
  }

  /** What the trainer before may not have heard any more. */
  private void repeatOrders(ActorRef<Trainer.Command> trainer) {
    for (PendingAnswers.Event awaited : pending.awaited()) {
      switch (awaited) {
        case PAUSED -> trainer.tell(Trainer.Order.PAUSE);
        case RESUMED -> trainer.tell(Trainer.Order.RESUME);
        case SAVED -> trainer.tell(Trainer.Order.SAVE);
        case EVALUATED, GRID_WRITTEN, PICTURES_WRITTEN, ENDED -> {} // Not the trainer's.
      }
    }
    if (progress.state() == RunState.STOPPING) {
      trainer.tell(Trainer.Order.STOP);
    }
  }

  /** What came while one segment followed another, or the run started, is heard now. */
  private void goOnWithWaiting() {
    segments.over().forEach(command -> getContext().getSelf().tell(new Heard(command)));
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
    } else if (message.event() instanceof Trainer.SegmentEnded ended) {
      onSegmentEnded(ended.standing());
    } else if (message.event() instanceof Trainer.Stopped) {
      refuseChange("the run has ended; nothing has changed");
      onTrainerStopped();
    }
    return this;
  }

  private void onTrainerStopped() {
    if (progress.state() != RunState.STOPPING) {
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
    goOnWithWaiting();
  }

  private void refuseChange(String reason) {
    segments.takeRequest().ifPresent(request -> request.replyTo().tell(refused(reason)));
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
    if (first && (loop.isPresent() || segments.underWay())) {
      recorder.state(RunState.STOPPING);
      ending.cutShort();
      loop.ifPresent(present -> present.trainer().tell(Trainer.Order.STOP));
    } else {
      end(true, "the daemon failed: " + brokenBy.get());
    }
    return this;
  }

  private Behavior<Command> onLoopFailed(ChildFailed signal) {
    if (segments.phase() == Segments.Phase.CLOSING) {
      // What it had is handed over.
      return onLoopEnded();
    }
    Throwable cause = signal.getCause();
    getContext().getLog().error("the training loop failed after step {}", progress.step(), cause);
    loop = Optional.empty();
    segments.reached(Segments.Phase.STEADY);
    boolean stopping = progress.state() == RunState.STOPPING;
    if (stopping || progress.rollbacks() >= progress.settings().supervision().maxRollbacks()) {
      end(true, cause.getMessage());
      return this;
    }
    recorder.state(RunState.STARTING);
    pending.answerAll(refused("the training loop failed: " + cause.getMessage()));
    refuseChange("the training loop failed: %s; nothing has changed".formatted(cause.getMessage()));
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
    progress.restored(from.step());
    prepareSegment(Trainer.Standing.after(from.step()));
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
    recorder.settingsChanged(segments.wentBack(stage.start().progress().step()));
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
    refuseChange(message + "; nothing has changed");
    // Who watches runs must have the time to see a failure.
    int minutes = failed ? progress.settings().supervision().failedMinutes() : 0;
    endIn(FAREWELL.plusMinutes(minutes));
    boolean complete = progress.step() >= progress.settings().training().steps();
    stage.outcome().complete(new TrainingRun.Outcome(progress.step(), complete, failed, message));
    goOnWithWaiting();
  }

  private void endIn(Duration time) {
    getContext().scheduleOnce(time, getContext().getSelf(), End.INSTANCE);
  }

  private RunAnswer.Done done(String message, Map<String, Object> details) {
    return new RunAnswer.Done(progress.step(), message, details);
  }

  private RunAnswer.Refused refused(String reason) {
    return new RunAnswer.Refused(progress.step(), reason);
  }
}
