package io.troupe.actors.evaluation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.loop.SnapshotSource;
import io.troupe.actors.memory.Lease;
import io.troupe.models.memory.FloatVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Scores the generator while training goes on, one evaluation at a time. A newer snapshot replaces
 * one that is queued, and between batches it hears commands, so a running evaluation can be
 * cancelled. Scores are labelled with the step of their snapshot.
 */
public final class Evaluator extends AbstractBehavior<Evaluator.Command> {
  /** What an evaluator hears. */
  public sealed interface Command {}

  /** Evaluates every snapshot whose step is a multiple of {@code every}; 0 is none. */
  public record Follow(ActorRef<EmaKeeper.Command> emaKeeper, long every) implements Command {}

  /** Commands without parameters. */
  public enum Order implements Command {
    /** Evaluates the present average. */
    EVALUATE,
    /** Evaluates the present average, unless its step is evaluated already, or will be. */
    EVALUATE_ONCE,
    /** Ends the running evaluation without scores, and drops a queued one. */
    CANCEL
  }

  private enum Internal implements Command {
    ADVANCE
  }

  private record SnapshotArrived(EmaKeeper.Snapshot snapshot) implements Command {}

  /** What an evaluator says. */
  public sealed interface Event {}

  /** It has started, or started again, and follows nobody. */
  public record Ready() implements Event {}

  /** An evaluation of a snapshot has begun. */
  public record EvaluationStarted(long step) implements Event {}

  /** A running evaluation has come so far; {@code share} is from 0 to 1. */
  public record EvaluationAdvanced(long step, double share) implements Event {}

  /**
   * An evaluation has its scores.
   *
   * @param protocol how they were made
   * @param diversity of the generated pictures of each class, in the order of classes
   * @param plotFailure why there is no plot of features, if there should be one
   */
  public record EvaluationFinished(
      long step,
      Map<String, Double> scores,
      Map<String, Object> protocol,
      List<Double> diversity,
      double seconds,
      Optional<String> plotFailure)
      implements Event {}

  /**
   * An evaluation was cancelled, or a queued one replaced by a newer.
   *
   * @param begun whether it was running
   */
  public record EvaluationCancelled(long step, boolean begun) implements Event {}

  private final Evaluation evaluation;
  private final ActorRef<Event> listener;
  private final SnapshotSource source;
  private Optional<EmaKeeper.Snapshot> queued = Optional.empty();
  private Optional<Long> running = Optional.empty();
  private Optional<Long> finished = Optional.empty();
  private long startedAt;
  private int toldPercent;

  private Evaluator(
      ActorContext<Command> context, Evaluation evaluation, ActorRef<Event> listener) {
    super(context);
    this.evaluation = evaluation;
    this.listener = listener;
    source =
        new SnapshotSource(context.messageAdapter(EmaKeeper.Snapshot.class, SnapshotArrived::new));
    listener.tell(new Ready());
  }

  /**
   * An evaluator.
   *
   * @param evaluation makes what it works with; called at each start
   */
  public static Behavior<Command> create(
      Supplier<Evaluation> evaluation, ActorRef<Event> listener) {
    return Behaviors.setup(context -> new Evaluator(context, evaluation.get(), listener));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Follow.class, this::onFollow)
        .onMessageEquals(Order.EVALUATE, () -> onEvaluate(Order.EVALUATE))
        .onMessageEquals(Order.EVALUATE_ONCE, () -> onEvaluate(Order.EVALUATE_ONCE))
        .onMessageEquals(Order.CANCEL, this::onCancel)
        .onMessage(SnapshotArrived.class, this::onSnapshot)
        .onMessageEquals(Internal.ADVANCE, this::onAdvance)
        .onSignal(PreRestart.class, signal -> onFailure())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onFollow(Follow message) {
    // Another loop may come to the same steps with other values.
    finished = Optional.empty();
    source.follow(message.emaKeeper(), message.every());
    return this;
  }

  private Behavior<Command> onEvaluate(Order order) {
    source.ask(order);
    return this;
  }

  private Behavior<Command> onSnapshot(SnapshotArrived message) {
    EmaKeeper.Snapshot snapshot = message.snapshot();
    if (!source.isWanted(snapshot)) {
      return this;
    }
    if (snapshot.purpose().equals(Optional.of(Order.EVALUATE_ONCE)) && isKnown(snapshot.step())) {
      snapshot.average().close();
      return this;
    }
    dropQueued();
    queued = Optional.of(snapshot);
    if (running.isEmpty()) {
      begin();
    }
    return this;
  }

  private boolean isKnown(long step) {
    Optional<Long> known = Optional.of(step);
    return running.equals(known)
        || finished.equals(known)
        || queued.map(EmaKeeper.Snapshot::step).equals(known);
  }

  private void begin() {
    EmaKeeper.Snapshot snapshot = queued.orElseThrow();
    queued = Optional.empty();
    running = Optional.of(snapshot.step());
    startedAt = System.nanoTime();
    toldPercent = 0;
    try (Lease<FloatVector> lease = snapshot.average()) {
      evaluation.begin(snapshot.step(), lease.value());
    }
    listener.tell(new EvaluationStarted(snapshot.step()));
    getContext().getSelf().tell(Internal.ADVANCE);
  }

  private Behavior<Command> onAdvance() {
    if (running.isEmpty()) {
      return this; // Cancelled.
    }
    Optional<Evaluation.Result> result = evaluation.advance();
    if (result.isEmpty()) {
      tellShare(running.get());
      getContext().getSelf().tell(Internal.ADVANCE);
      return this;
    }
    double seconds = (System.nanoTime() - startedAt) * 1e-9;
    listener.tell(
        new EvaluationFinished(
            running.get(),
            result.get().scores(),
            result.get().protocol(),
            result.get().diversity(),
            seconds,
            result.get().plotFailure()));
    finished = running;
    running = Optional.empty();
    if (queued.isPresent()) {
      begin();
    }
    return this;
  }

  /** Once for each whole percent: batches are many. */
  private void tellShare(long step) {
    int percent = (int) (100 * evaluation.share());
    if (percent > toldPercent) {
      toldPercent = percent;
      listener.tell(new EvaluationAdvanced(step, percent / 100.0));
    }
  }

  private Behavior<Command> onCancel() {
    dropQueued();
    running.ifPresent(step -> listener.tell(new EvaluationCancelled(step, true)));
    running = Optional.empty();
    evaluation.drop();
    return this;
  }

  private void dropQueued() {
    queued.ifPresent(
        snapshot -> {
          snapshot.average().close();
          listener.tell(new EvaluationCancelled(snapshot.step(), false));
        });
    queued = Optional.empty();
  }

  /** Until it has started again it must not hoard snapshots, of which there are few. */
  private Behavior<Command> onFailure() {
    source.leave();
    return onEnd();
  }

  private Behavior<Command> onEnd() {
    queued.ifPresent(snapshot -> snapshot.average().close());
    evaluation.close();
    return this;
  }
}
