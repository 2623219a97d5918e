package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.loop.DatasetDigest;
import io.troupe.actors.loop.RemoteAugmentWorker;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.loop.TrainingLoop;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunState;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One training loop after another: at the start, from segment to segment, and after a failure by
 * its {@link WayBack}. Belongs to the daemon and runs in its thread.
 */
final class LoopSequence {
  private final DaemonParts parts;
  private final SettingsRequests requests;
  private final WayBack wayBack;
  private final RunEnd end;

  /** Who may make batches beside this process, in any loop. */
  private final Optional<RemoteAugmentWorker.Source> batches;

  private Optional<Trainer.Standing> handedOver = Optional.empty();

  /** Why the run fails as soon as its state is saved. */
  private Optional<String> failsBy = Optional.empty();

  /** What waits for the next loop. */
  private final List<Runnable> waiting = new ArrayList<>();

  LoopSequence(DaemonParts parts, SettingsRequests requests, WayBack wayBack, RunEnd end) {
    this.parts = parts;
    this.requests = requests;
    this.wayBack = wayBack;
    this.end = end;
    RunContext runContext = parts.runContext();
    batches =
        runContext
            .remote()
            .map(
                jobs ->
                    new RemoteAugmentWorker.Source(jobs, new DatasetDigest(runContext.dataset())));
  }

  /** Begins a loop of the training and the state of the run's context. */
  void start(Trainer.Standing standing) {
    Segments segments = parts.segments();
    segments.begin(standing.step() + 1);
    parts.progress().setSettings(segments.settings());
    RunContext runContext = parts.runContext();
    parts
        .loop()
        .start(
            new TrainingLoop.Task(
                segments.settings(),
                runContext.dataset(),
                runContext.training(),
                runContext.start(),
                standing,
                segments.limits(),
                runContext.metrics(),
                batches));
  }

  /** A loop is there. */
  void assembled(TrainingLoop.Assembled loop) {
    if (parts.hasEnded()) {
      return;
    }
    parts.loop().assembled(loop);
    parts.follow();
    if (parts.progress().state() == RunState.STARTING) {
      parts.recorder().started(loop);
      parts.recorder().state(RunState.RUNNING);
    } else {
      repeatOrders(loop.trainer());
    }
    parts.goOnWithWaiting();
    List<Runnable> reactions = List.copyOf(waiting);
    waiting.clear();
    reactions.forEach(Runnable::run);
  }

  /** Does something as soon as a loop is there. */
  void whenAssembled(Runnable reaction) {
    waiting.add(reaction);
  }

  /** What the trainer before may not have heard any more. */
  private void repeatOrders(ActorRef<Trainer.Command> trainer) {
    for (PendingAnswers.Event awaited : parts.pending().awaited()) {
      switch (awaited) {
        case PAUSED -> trainer.tell(Trainer.Order.PAUSE);
        case RESUMED -> trainer.tell(Trainer.Order.RESUME);
        case SAVED -> trainer.tell(Trainer.Order.SAVE);
        case EVALUATED, GRID_WRITTEN, PICTURES_WRITTEN, ENDED -> {} // Not the trainer's.
      }
    }
    if (parts.progress().state() == RunState.STOPPING) {
      trainer.tell(Trainer.Order.STOP);
    }
  }

  /** The trainer has handed its networks over, and hears nothing more. */
  void segmentEnded(Trainer.Standing standing) {
    parts.segments().reached(Segments.Phase.CLOSING);
    handedOver = Optional.of(standing);
    parts.loop().stop();
  }

  /** A loop has ended as it was told to: nobody uses the training now. */
  void ended() {
    if (wayBack.isCollapsed()) {
      wayBack.leaveCollapsed();
    } else if (parts.segments().phase() == Segments.Phase.CLOSING) {
      parts.segments().reached(Segments.Phase.PREPARING);
      prepare(handedOver.orElseThrow());
    }
  }

  /** Gives the training the settings of the next step, aside: compiling takes a while. */
  private void prepare(Trainer.Standing standing) {
    SettingsHistory planned = requests.planned(standing.step() + 1);
    RunSettings settings = planned.at(standing.step() + 1);
    CompletableFuture<Boolean> prepared = new CompletableFuture<>();
    Thread preparing =
        new Thread(
            () -> {
              try {
                prepared.complete(parts.runContext().owned().change(settings));
              } catch (RunException | RuntimeException | Error e) {
                prepared.completeExceptionally(e);
              }
            },
            "troupe-segment");
    parts
        .context()
        .pipeToSelf(
            prepared,
            (compiled, reason) ->
                new Daemon.SegmentPrepared(
                    standing, planned, reason == null && compiled, Optional.ofNullable(reason)));
    preparing.start();
  }

  /** The training has the settings of the next segment, or it has not. */
  void prepared(Daemon.SegmentPrepared message) {
    if (parts.hasEnded()) {
      return;
    }
    Segments segments = parts.segments();
    Trainer.Standing standing = message.standing();
    long next = standing.step() + 1;
    Optional<Segments.Request> request = segments.takeRequest();
    if (message.failure().isPresent()) {
      String reason = Supervision.describe(message.failure().get());
      if (request.isEmpty()) {
        saveAndFail("step %d cannot have its settings: %s".formatted(next, reason));
      } else {
        request.get().replyTo().tell(parts.refused(reason + "; nothing has changed"));
        prepare(standing);
      }
      return;
    }
    if (request.isPresent()) {
      if (!requests.fulfil(request.get(), message.history(), next, message.compiled())) {
        prepare(standing);
        return;
      }
    } else if (parts.progress().state() != RunState.STARTING) {
      parts.recorder().segment(next, segments.history().from(next));
    }
    if (segments.underWay()) {
      segments.reached(Segments.Phase.BEGINNING);
    }
    start(standing);
  }

  /** There is a state to save, but no trainer that could go on. */
  private void saveAndFail(String reason) {
    failsBy = Optional.of(reason);
    parts.members().checkpointer().tell(new Checkpointer.SaveLast(parts.runContext().start()));
  }

  /** The state of a step is saved, or cannot be: a run that was to fail then fails. */
  void lastTried(long step) {
    boolean meant = step == parts.runContext().start().progress().step();
    if (failsBy.isPresent() && meant && !parts.hasEnded()) {
      end.fail(failsBy.get());
    }
  }

  /** A loop has failed, and has ended. */
  void failed(Throwable cause) {
    if (wayBack.isCollapsed() || parts.segments().phase() == Segments.Phase.CLOSING) {
      // What it did is taken back anyway, or handed over.
      ended();
    } else {
      wayBack.loopFailed(cause);
    }
  }

  /** The state of the run's context is that of a checkpoint: training goes on from there. */
  void restored(Checkpointer.Restored message) {
    if (!parts.hasEnded()) {
      wayBack.restored(message).ifPresent(this::prepare);
    }
  }
}
