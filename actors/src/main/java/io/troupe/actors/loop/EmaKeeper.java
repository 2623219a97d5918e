package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.config.EmaSettings;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.optimisers.MovingAverage;
import io.troupe.models.training.TrainingState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the exponential moving average of the generator, with its states averaged or copied, and
 * lends snapshots of it.
 *
 * <p>Every update of the generator arrives here in the order of steps, so a training state that the
 * trainer sends after step n passes through with the average of exactly step n.
 */
public final class EmaKeeper extends AbstractBehavior<EmaKeeper.Command> {
  /** What an EMA keeper hears. */
  public sealed interface Command {}

  /** The generator after a step; the receiver closes the lease. */
  public record GeneratorUpdated(long step, Lease<FloatVector> generator) implements Command {}

  /**
   * Asks for one snapshot as soon as a buffer is free.
   *
   * @param purpose is handed back with it
   */
  public record SnapshotRequest(ActorRef<Snapshot> replyTo, Optional<Object> purpose)
      implements Command {
    /** Without a purpose. */
    public SnapshotRequest(ActorRef<Snapshot> replyTo) {
      this(replyTo, Optional.empty());
    }
  }

  /**
   * Asks for a snapshot after every step that is a multiple of {@code every}; 0 ends that. A step
   * for which no buffer is free is left out: training does not wait.
   */
  public record Subscribe(long every, ActorRef<Snapshot> subscriber) implements Command {}

  /** A training state that lacks the average: it is added, and the state is handed on. */
  public record Complete(Lease<TrainingState> state, ActorRef<Checkpointer.Command> checkpointer)
      implements Command {}

  /**
   * A training state that lacks the average, at the end of a segment: it is added, and the daemon
   * told.
   *
   * @param state the daemon's
   */
  record HandOver(TrainingState state, Trainer.Standing standing, ActorRef<Trainer.Event> listener)
      implements Command {}

  private enum Retry implements Command {
    INSTANCE
  }

  /**
   * The average after a step; the receiver closes the lease.
   *
   * @param average parameters and states, in the generator's layout
   * @param purpose of the request that it answers
   */
  public record Snapshot(long step, Lease<FloatVector> average, Optional<Object> purpose) {
    /** Without a purpose. */
    public Snapshot(long step, Lease<FloatVector> average) {
      this(step, average, Optional.empty());
    }
  }

  private static final Duration RETRY = Duration.ofMillis(50);

  private final EmaSettings settings;
  private final int batch;
  private final MovingAverage average;
  private final Pool<FloatVector> snapshots;
  private final RunMetrics metrics;
  private final TimerScheduler<Command> timers;
  private final Deque<SnapshotRequest> requests = new ArrayDeque<>();
  private final Map<ActorRef<Snapshot>, Long> subscribers = new LinkedHashMap<>();
  private long step;

  private EmaKeeper(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      TrainingLoop.Task task,
      Pool<FloatVector> snapshots) {
    super(context);
    this.timers = timers;
    this.snapshots = snapshots;
    settings = task.settings().ema();
    batch = task.settings().training().batch();
    metrics = task.metrics();
    TrainingState start = task.start();
    ProgramCompiler compiler = task.training().compiler();
    average =
        switch (settings.states()) {
          case AVERAGED -> new MovingAverage(start.average(), compiler);
          case COPIED -> new MovingAverage(start.average(), start.averageParameters(), compiler);
        };
    step = start.progress().step();
  }

  /**
   * A keeper that goes on from the task's state.
   *
   * @param snapshots buffers of the generator's length
   */
  static Behavior<Command> create(TrainingLoop.Task task, Pool<FloatVector> snapshots) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new EmaKeeper(context, timers, task, snapshots)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(GeneratorUpdated.class, this::onGeneratorUpdated)
        .onMessage(SnapshotRequest.class, this::onSnapshotRequest)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Complete.class, this::onComplete)
        .onMessage(HandOver.class, this::onHandOver)
        .onMessageEquals(Retry.INSTANCE, this::serveRequests)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onGeneratorUpdated(GeneratorUpdated message) {
    try (Lease<FloatVector> lease = message.generator()) {
      if (message.step() < settings.startStep()) {
        average.copy(lease.value());
      } else {
        average.follow(lease.value(), settings.decayAt(message.step(), batch));
      }
    }
    step = message.step();
    metrics.emaStep(step);
    serveRequests();
    subscribers.forEach(
        (subscriber, every) -> {
          if (step % every == 0) {
            snapshot(Optional.empty()).ifPresent(subscriber::tell);
          }
        });
    return this;
  }

  private Behavior<Command> onSnapshotRequest(SnapshotRequest request) {
    requests.addLast(request);
    return serveRequests();
  }

  private Behavior<Command> onSubscribe(Subscribe message) {
    if (message.every() == 0) {
      subscribers.remove(message.subscriber());
    } else {
      subscribers.put(message.subscriber(), message.every());
    }
    return this;
  }

  private Behavior<Command> onComplete(Complete message) {
    message.state().value().average().assign(average.values());
    message.checkpointer().tell(new Checkpointer.Save(message.state()));
    return this;
  }

  private Behavior<Command> onHandOver(HandOver message) {
    message.state().average().assign(average.values());
    message.listener().tell(new Trainer.SegmentEnded(message.standing()));
    return this;
  }

  private Behavior<Command> serveRequests() {
    while (!requests.isEmpty()) {
      Optional<Snapshot> snapshot = snapshot(requests.getFirst().purpose());
      if (snapshot.isEmpty()) {
        timers.startSingleTimer(Retry.INSTANCE, RETRY);
        return this;
      }
      requests.removeFirst().replyTo().tell(snapshot.get());
    }
    return this;
  }

  private Optional<Snapshot> snapshot(Optional<Object> purpose) {
    return snapshots
        .tryLease()
        .map(
            lease -> {
              lease.value().assign(average.values());
              return new Snapshot(step, lease, purpose);
            });
  }

  private Behavior<Command> onPostStop() {
    average.close();
    return this;
  }
}
