package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Lease;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.DivergedException;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepResult;
import io.troupe.models.training.TrainingState;
import java.time.Duration;
import java.util.Optional;

/**
 * Trains: one message, one iteration, on a thread of its own. Between iterations it hears commands.
 * It waits for nothing but its batch and a buffer for its result.
 */
public final class Trainer extends AbstractBehavior<Trainer.Command> {
  /** What a trainer hears. */
  public sealed interface Command {}

  /** Commands without parameters. */
  public enum Order implements Command {
    /** No iteration until RESUME. */
    PAUSE,
    /** Go on. */
    RESUME,
    /** Send a training state to the checkpointer as soon as a buffer is free. */
    SAVE,
    /** Send a last training state, and then nothing more. */
    STOP,
    /** Take the stop back, if there are steps again that are not done. */
    GO_ON
  }

  /** The training state of a step that was sent to the checkpointer is not finite. */
  public record Diverged(long step, String reason) implements Command {}

  private enum Internal implements Command {
    RETRY_SAVE
  }

  /**
   * How far to train, and how often to save.
   *
   * @param segmentEnd after this step, or at once if it is done, the networks are handed over to a
   *     trainer with other settings; {@link Configure#NO_END} is never
   * @param saveEvery steps between saves; 0 is never
   * @param evaluateEvery saves are made here too, for evaluations to choose from; 0 is never
   */
  public record Configure(long steps, long saveEvery, long evaluateEvery, long segmentEnd)
      implements Command {
    /** These settings hold to the end of the run. */
    public static final long NO_END = Long.MAX_VALUE;

    /** The same, but the segment ends as soon as it can. */
    public Configure endingNow() {
      return new Configure(steps, saveEvery, evaluateEvery, 0);
    }

    boolean savesAt(long step) {
      return (saveEvery > 0 && step % saveEvery == 0)
          || (evaluateEvery > 0 && step % evaluateEvery == 0);
    }
  }

  private record BatchArrived(Prefetcher.Batch batch) implements Command {}

  /** What a trainer says. */
  public sealed interface Event {}

  /**
   * An iteration is done.
   *
   * @param seconds from the batch's arrival to the end of the iteration
   * @param dataWaitSeconds idle until the batch arrived
   * @param leaseWaitSeconds idle until a buffer for the result was free
   * @param emaSeconds copying the result for the moving average
   */
  public record StepCompleted(
      StepResult result,
      double seconds,
      double dataWaitSeconds,
      double leaseWaitSeconds,
      double emaSeconds)
      implements Event {}

  /** Training pauses after a step. */
  public record Paused(long step) implements Event {}

  /** Training goes on after a step. */
  public record Resumed(long step) implements Event {}

  /**
   * Another node of the fleet has made a batch, or has not.
   *
   * @param failure why not, so that the run's own workers make them; one that is only late is none
   */
  public record BatchElsewhere(Optional<String> failure) implements Event {}

  /** A regular save was left out, because the last one is still being written. */
  public record SaveSkipped(long step) implements Event {}

  /** The last training state is on its way to the checkpointer. */
  public record Stopped(long step) implements Event {}

  /**
   * The segment has ended: networks, optimisers and average are where they can be gone on from.
   * Nothing more is heard of this trainer.
   */
  public record SegmentEnded(Standing standing) implements Event {}

  /**
   * Where a trainer stands, for another one to go on.
   *
   * @param step the last finished iteration
   * @param sent newest step whose state was sent to the checkpointer since the run went on from a
   *     checkpoint; -1 if there is none
   */
  public record Standing(long step, boolean paused, long sent) {
    /** As after a checkpoint. */
    public static Standing after(long step) {
      return new Standing(step, false, -1);
    }
  }

  /**
   * Whom a trainer works with.
   *
   * @param listener hears the trainer's events
   */
  public record Colleagues(
      ActorRef<Prefetcher.Command> prefetcher,
      ActorRef<EmaKeeper.Command> emaKeeper,
      ActorRef<Checkpointer.Command> checkpointer,
      ActorRef<Event> listener) {}

  private static final Duration LEASE_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration SAVE_RETRY = Duration.ofMillis(100);

  private final GanTraining training;
  private final TrainingBuffers buffers;
  private final TrainingState handOver;
  private final Colleagues colleagues;
  private final BatchSupply batches;
  private final TrainingSaves saves;
  private Configure limits;
  private long step;
  private boolean paused;
  private boolean stopped;
  private long idleSince;

  private Trainer(
      ActorContext<Command> context,
      TrainingLoop.Task task,
      TrainingBuffers buffers,
      Colleagues colleagues) {
    super(context);
    this.buffers = buffers;
    this.colleagues = colleagues;
    training = task.training();
    handOver = task.start();
    limits = task.limits();
    step = task.standing().step();
    paused = task.standing().paused();
    saves = new TrainingSaves(training, buffers, colleagues, task.standing().sent());
    batches =
        new BatchSupply(
            colleagues.prefetcher(),
            context.messageAdapter(Prefetcher.Batch.class, BatchArrived::new));
    idleSince = System.nanoTime();
    proceed();
  }

  /**
   * A trainer that goes on where the task stands.
   *
   * @param task its networks are lent until the trainer has stopped, and its state is the daemon's
   *     until the segment's end
   */
  static Behavior<Command> create(
      TrainingLoop.Task task, TrainingBuffers buffers, Colleagues colleagues) {
    return Behaviors.setup(context -> new Trainer(context, task, buffers, colleagues));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(BatchArrived.class, this::onBatch)
        .onMessageEquals(Order.PAUSE, this::onPause)
        .onMessageEquals(Order.RESUME, this::onResume)
        .onMessageEquals(Order.SAVE, this::onSave)
        .onMessageEquals(Order.STOP, this::onStop)
        .onMessageEquals(Order.GO_ON, this::onGoOn)
        .onMessageEquals(Internal.RETRY_SAVE, this::saveWhilePaused)
        .onMessage(Configure.class, this::onConfigure)
        .onMessage(Diverged.class, this::onDiverged)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onBatch(BatchArrived message) throws InterruptedException {
    batches.arrived(message.batch());
    if (!paused && !stopped) {
      trainHeld();
    }
    return this;
  }

  private void trainHeld() throws InterruptedException {
    long start = System.nanoTime();
    StepResult result;
    try (Lease<BatchBuffer> lease = batches.take()) {
      // The next batch is asked for before this one is used, so that it is here afterwards.
      batches.ask(step + 2);
      result = training.step(step + 1, lease.value().pixels(), lease.value().labels());
    }
    step++;
    long trained = System.nanoTime();
    Lease<FloatVector> update = buffers.updates().lease(LEASE_TIMEOUT);
    long leased = System.nanoTime();
    update.value().assign(training.generator().values().floats());
    colleagues.emaKeeper().tell(new EmaKeeper.GeneratorUpdated(step, update));
    long end = System.nanoTime();
    colleagues
        .listener()
        .tell(
            new StepCompleted(
                result,
                (end - start) * 1e-9,
                (start - idleSince) * 1e-9,
                (leased - trained) * 1e-9,
                (end - leased) * 1e-9));
    saves.ifDue(step, limits.savesAt(step));
    idleSince = end;
    if (step >= limits.steps()) {
      onStop();
    } else if (step >= limits.segmentEnd()) {
      endSegment();
    }
  }

  /** The average is added where all updates before this have arrived. */
  private void endSegment() {
    if (!stopped) {
      stopped = true;
      handOver.copyFrom(training, step);
      colleagues
          .emaKeeper()
          .tell(
              new EmaKeeper.HandOver(
                  handOver, new Standing(step, paused, saves.sent()), colleagues.listener()));
    }
  }

  private Behavior<Command> onPause() {
    if (!stopped) {
      paused = true;
      colleagues.listener().tell(new Paused(step));
    }
    return this;
  }

  private Behavior<Command> onResume() throws InterruptedException {
    if (stopped) {
      return this;
    }
    paused = false;
    colleagues.listener().tell(new Resumed(step));
    return goOn();
  }

  private Behavior<Command> goOn() throws InterruptedException {
    idleSince = System.nanoTime();
    if (batches.isThere()) {
      trainHeld();
    } else {
      proceed();
    }
    return this;
  }

  private Behavior<Command> onSave() {
    saves.want();
    return saveWhilePaused();
  }

  /** While it trains, it looks for a free buffer after each iteration instead. */
  private Behavior<Command> saveWhilePaused() {
    if (paused && saves.isWanted() && !stopped) {
      saves.ifDue(step, limits.savesAt(step));
      if (saves.isWanted()) {
        getContext().scheduleOnce(SAVE_RETRY, getContext().getSelf(), Internal.RETRY_SAVE);
      }
    }
    return this;
  }

  private Behavior<Command> onStop() throws InterruptedException {
    if (!stopped) {
      stopped = true;
      saves.last(step, LEASE_TIMEOUT);
    }
    return this;
  }

  private Behavior<Command> onGoOn() throws InterruptedException {
    if (!stopped || step >= limits.steps()) {
      return this;
    }
    stopped = false;
    if (step >= limits.segmentEnd()) {
      endSegment();
      return this;
    }
    return paused ? this : goOn();
  }

  private Behavior<Command> onDiverged(Diverged message) {
    if (message.step() > saves.sent()) {
      // It is about the state of a trainer before this one.
      return this;
    }
    throw new DivergedException(message.reason());
  }

  private Behavior<Command> onConfigure(Configure message) throws InterruptedException {
    limits = message;
    if (step >= limits.steps()) {
      // Also if it is paused: nobody would hear of it until it went on.
      return onStop();
    }
    if (step >= limits.segmentEnd()) {
      endSegment();
    }
    return this;
  }

  private Behavior<Command> onPostStop() {
    batches.release();
    return this;
  }

  private void proceed() {
    if (step >= limits.steps()) {
      getContext().getSelf().tell(Order.STOP);
    } else if (!batches.isAsked()) {
      batches.ask(step + 1);
    }
  }
}
