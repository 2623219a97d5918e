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
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
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

  /**
   * Steps after this one are computed anew with other draws: what is running or queued of them ends
   * without scores, which would be those of other networks.
   */
  public record TakenBack(long after) implements Command {}

  private enum Internal implements Command {
    ADVANCE
  }

  /** What became of an evaluation that another node was to do. */
  private record RemoteEnded(
      RemoteJobs.Job job, Optional<RemoteJobs.Done> done, Optional<Throwable> failure)
      implements Command {}

  private record RemoteAdvanced(long step, double share) implements Command {}

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
   * @param node of the fleet where it was done, HOST:PORT; empty if in this process
   */
  public record EvaluationFinished(
      long step,
      Map<String, Double> scores,
      Map<String, Object> protocol,
      List<Double> diversity,
      double seconds,
      Optional<String> plotFailure,
      Optional<String> node)
      implements Event {}

  /**
   * Another node was to evaluate a step and has not; it is done here.
   *
   * @param busy whether it is only that all nodes have too much to do
   */
  public record RemoteFailed(long step, String reason, boolean busy) implements Event {}

  /**
   * An evaluation was cancelled, or a queued one replaced by a newer.
   *
   * @param begun whether it was running
   */
  public record EvaluationCancelled(long step, boolean begun) implements Event {}

  private final Evaluation evaluation;
  private final Optional<RemoteJobs> remote;
  private final ActorRef<Event> listener;
  private final SnapshotSource source;
  private Optional<RemoteJobs.Job> elsewhere = Optional.empty();
  private Optional<EmaKeeper.Snapshot> queued = Optional.empty();
  private Optional<Long> running = Optional.empty();
  private Optional<Long> finished = Optional.empty();
  private long startedAt;
  private int toldPercent;

  private Evaluator(
      ActorContext<Command> context,
      Evaluation evaluation,
      Optional<RemoteJobs> remote,
      ActorRef<Event> listener) {
    super(context);
    this.evaluation = evaluation;
    this.remote = remote;
    this.listener = listener;
    source =
        new SnapshotSource(context.messageAdapter(EmaKeeper.Snapshot.class, SnapshotArrived::new));
    listener.tell(new Ready());
  }

  /**
   * An evaluator.
   *
   * @param evaluation makes what it works with; called at each start
   * @param remote who evaluates instead, when somebody does
   */
  public static Behavior<Command> create(
      Supplier<Evaluation> evaluation, Optional<RemoteJobs> remote, ActorRef<Event> listener) {
    return Behaviors.setup(context -> new Evaluator(context, evaluation.get(), remote, listener));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Follow.class, this::onFollow)
        .onMessageEquals(Order.EVALUATE, () -> onEvaluate(Order.EVALUATE))
        .onMessageEquals(Order.EVALUATE_ONCE, () -> onEvaluate(Order.EVALUATE_ONCE))
        .onMessageEquals(Order.CANCEL, this::onCancel)
        .onMessage(TakenBack.class, this::onTakenBack)
        .onMessage(SnapshotArrived.class, this::onSnapshot)
        .onMessageEquals(Internal.ADVANCE, this::onAdvance)
        .onMessage(RemoteAdvanced.class, this::onRemoteAdvanced)
        .onMessage(RemoteEnded.class, this::onRemoteEnded)
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
    Optional<byte[]> job;
    try (Lease<FloatVector> lease = snapshot.average()) {
      evaluation.begin(snapshot.step(), lease.value());
      job =
          remote
              .filter(one -> one.take(JobKind.EVALUATE))
              .map(one -> evaluation.job(lease.value()));
    }
    listener.tell(new EvaluationStarted(snapshot.step()));
    if (job.isPresent()) {
      handOver(snapshot.step(), job.get());
    } else {
      getContext().getSelf().tell(Internal.ADVANCE);
    }
  }

  private void handOver(long step, byte[] input) {
    ActorRef<Command> self = getContext().getSelf();
    RemoteJobs.Job job =
        remote
            .orElseThrow()
            .begin(
                JobKind.EVALUATE, step, input, share -> self.tell(new RemoteAdvanced(step, share)));
    elsewhere = Optional.of(job);
    getContext()
        .pipeToSelf(
            job.end(),
            (done, failure) ->
                new RemoteEnded(job, Optional.ofNullable(done), Optional.ofNullable(failure)));
  }

  private Behavior<Command> onRemoteAdvanced(RemoteAdvanced message) {
    if (elsewhere.isPresent() && running.equals(Optional.of(message.step()))) {
      tellShare(message.step(), message.share());
    }
    return this;
  }

  private Behavior<Command> onRemoteEnded(RemoteEnded message) {
    if (!elsewhere.equals(Optional.of(message.job()))) {
      return this; // Cancelled.
    }
    elsewhere = Optional.empty();
    long step = running.orElseThrow();
    try {
      RemoteJobs.Done done =
          message.done().orElseThrow(() -> JobException.of(message.failure().orElseThrow()));
      finish(evaluation.adopt(done.output().bytes()), Optional.of(done.node()));
    } catch (JobException e) {
      getContext().getLog().warn("step {} is evaluated here: {}", step, e.getMessage());
      listener.tell(new RemoteFailed(step, e.getMessage(), e.isBusy()));
      getContext().getSelf().tell(Internal.ADVANCE);
    }
    return this;
  }

  private Behavior<Command> onAdvance() {
    if (running.isEmpty() || elsewhere.isPresent()) {
      return this; // Cancelled.
    }
    Optional<Evaluation.Result> result = evaluation.advance();
    if (result.isEmpty()) {
      tellShare(running.get(), evaluation.share());
      getContext().getSelf().tell(Internal.ADVANCE);
      return this;
    }
    finish(result.get(), Optional.empty());
    return this;
  }

  private void finish(Evaluation.Result result, Optional<String> node) {
    double seconds = (System.nanoTime() - startedAt) * 1e-9;
    listener.tell(
        new EvaluationFinished(
            running.orElseThrow(),
            result.scores(),
            result.protocol(),
            result.diversity(),
            seconds,
            result.plotFailure(),
            node));
    finished = running;
    running = Optional.empty();
    if (queued.isPresent()) {
      begin();
    }
  }

  /** Once for each whole percent: batches are many. */
  private void tellShare(long step, double share) {
    int percent = (int) (100 * share);
    if (percent > toldPercent) {
      toldPercent = percent;
      listener.tell(new EvaluationAdvanced(step, percent / 100.0));
    }
  }

  private Behavior<Command> onCancel() {
    dropQueued();
    cancelRunning();
    return this;
  }

  private Behavior<Command> onTakenBack(TakenBack message) {
    if (queued.filter(snapshot -> snapshot.step() > message.after()).isPresent()) {
      dropQueued();
    }
    if (running.filter(step -> step > message.after()).isPresent()) {
      cancelRunning();
    }
    return this;
  }

  private void cancelRunning() {
    withdraw();
    running.ifPresent(step -> listener.tell(new EvaluationCancelled(step, true)));
    running = Optional.empty();
    evaluation.drop();
  }

  private void withdraw() {
    elsewhere.ifPresent(RemoteJobs.Job::withdraw);
    elsewhere = Optional.empty();
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
    withdraw();
    queued.ifPresent(snapshot -> snapshot.average().close());
    evaluation.close();
    return this;
  }
}
