package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.data.BatchPlan;
import io.troupe.data.DatasetException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Owns the batch plan and keeps the workers ahead of the trainer, as far as there are free buffers.
 * Batches are handed out in the order of steps, whatever order the workers finish in.
 */
public final class Prefetcher extends AbstractBehavior<Prefetcher.Command> {
  /** What a prefetcher hears. */
  public sealed interface Command {}

  /** The trainer wants a step's batch; steps are asked for one after the other. */
  public record NextBatch(long step, ActorRef<Batch> replyTo) implements Command {}

  /** A worker has nothing to do. */
  public record WorkerReady(ActorRef<AugmentWorker.Job> worker) implements Command {}

  /** Another node may make a batch, if the run's own workers all have one to make. */
  public record RemoteReady(ActorRef<RemoteAugmentWorker.Command> worker) implements Command {}

  /** Another node has not made a step's batch. */
  public record HandedBack(long step) implements Command {}

  /** A worker has filled a step's buffer. */
  public record JobDone(long step) implements Command {}

  /** A worker could not fill a step's buffer. */
  public record JobFailed(long step, Throwable cause) implements Command {}

  /** A step's real pictures; the receiver closes the lease. */
  public record Batch(long step, Lease<BatchBuffer> lease) {}

  private static final int MAX_ATTEMPTS = 3;

  private final BatchPlan plan;
  private final Pool<BatchBuffer> pool;
  private final RunMetrics metrics;
  private final Deque<ActorRef<AugmentWorker.Job>> idle = new ArrayDeque<>();
  private final Deque<ActorRef<RemoteAugmentWorker.Command>> idleRemote = new ArrayDeque<>();
  private final Map<Long, ActorRef<RemoteAugmentWorker.Command>> atRemote = new HashMap<>();
  private final Deque<Long> again = new ArrayDeque<>();
  private final Map<Long, Lease<BatchBuffer>> inWork = new HashMap<>();
  private final Map<Long, Integer> attempts = new HashMap<>();
  private final Map<Long, Lease<BatchBuffer>> ready = new HashMap<>();
  private Optional<NextBatch> waiting = Optional.empty();
  private long nextJob;
  private long nextDelivery;

  private Prefetcher(
      ActorContext<Command> context,
      BatchPlan plan,
      long firstStep,
      Pool<BatchBuffer> pool,
      RunMetrics metrics) {
    super(context);
    this.plan = plan;
    this.pool = pool;
    this.metrics = metrics;
    nextJob = firstStep;
    nextDelivery = firstStep;
  }

  /**
   * A prefetcher that starts at a step.
   *
   * @param pool as many buffers as batches may be ahead, and one for the batch in training
   */
  public static Behavior<Command> create(
      BatchPlan plan, long firstStep, Pool<BatchBuffer> pool, RunMetrics metrics) {
    return Behaviors.setup(context -> new Prefetcher(context, plan, firstStep, pool, metrics));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(NextBatch.class, this::onNextBatch)
        .onMessage(WorkerReady.class, this::onWorkerReady)
        .onMessage(RemoteReady.class, this::onRemoteReady)
        .onMessage(HandedBack.class, this::onHandedBack)
        .onMessage(JobDone.class, this::onJobDone)
        .onMessage(JobFailed.class, this::onJobFailed)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onNextBatch(NextBatch request) {
    if (request.step() != nextDelivery || waiting.isPresent()) {
      throw new IllegalStateException(
          "asked for step %d, but %d is next".formatted(request.step(), nextDelivery));
    }
    waiting = Optional.of(request);
    deliver();
    assign();
    return this;
  }

  private Behavior<Command> onWorkerReady(WorkerReady message) {
    idle.addLast(message.worker());
    assign();
    return this;
  }

  private Behavior<Command> onRemoteReady(RemoteReady message) {
    idleRemote.addLast(message.worker());
    assign();
    return this;
  }

  private Behavior<Command> onHandedBack(HandedBack message) {
    atRemote.remove(message.step());
    again.addLast(message.step());
    assign();
    return this;
  }

  private Behavior<Command> onJobDone(JobDone message) {
    attempts.remove(message.step());
    atRemote.remove(message.step());
    ready.put(message.step(), inWork.remove(message.step()));
    deliver();
    return this;
  }

  private Behavior<Command> onJobFailed(JobFailed message) {
    metrics.restarted("augment-worker");
    int failures = attempts.merge(message.step(), 1, Integer::sum);
    // What a dataset says of its files, it says after it has tried.
    if (failures == MAX_ATTEMPTS || message.cause() instanceof DatasetException) {
      throw new IllegalStateException(
          "the batch of step %d could not be made in %d %s: %s"
              .formatted(
                  message.step(),
                  failures,
                  failures == 1 ? "attempt" : "attempts",
                  message.cause() instanceof DatasetException
                      ? message.cause().getMessage()
                      : message.cause()),
          message.cause());
    }
    again.addLast(message.step());
    assign();
    return this;
  }

  private void deliver() {
    if (waiting.isPresent() && ready.containsKey(nextDelivery)) {
      waiting.get().replyTo().tell(new Batch(nextDelivery, ready.remove(nextDelivery)));
      waiting = Optional.empty();
      nextDelivery++;
    }
    metrics.readyBatches(ready.size());
    ActorRef<RemoteAugmentWorker.Command> worker = atRemote.get(nextDelivery);
    if (waiting.isPresent() && worker != null) {
      worker.tell(new RemoteAugmentWorker.Hurry(nextDelivery));
    }
  }

  private void assign() {
    while (true) {
      if (!again.isEmpty() && !idle.isEmpty()) {
        idle.removeFirst().tell(job(again.removeFirst()));
      } else if (!idle.isEmpty() && leaseNext()) {
        idle.removeFirst().tell(job(nextJob - 1));
      } else if (idle.isEmpty() && !idleRemote.isEmpty() && leaseNext()) {
        // To have it made elsewhere costs more than most batches, but the own workers are at work.
        long step = nextJob - 1;
        ActorRef<RemoteAugmentWorker.Command> worker = idleRemote.removeFirst();
        atRemote.put(step, worker);
        worker.tell(new RemoteAugmentWorker.Begin(job(step)));
      } else {
        return;
      }
    }
  }

  /** Takes up the next step, if there is a buffer for it. */
  private boolean leaseNext() {
    Optional<Lease<BatchBuffer>> lease = pool.tryLease();
    lease.ifPresent(
        buffer -> {
          inWork.put(nextJob, buffer);
          nextJob++;
        });
    return lease.isPresent();
  }

  private AugmentWorker.Job job(long step) {
    BatchBuffer buffer = inWork.get(step).value();
    plan.indices(step, buffer.indices());
    return new AugmentWorker.Job(step, buffer);
  }

  private Behavior<Command> onPostStop() {
    ready.values().forEach(Lease::close);
    inWork.values().forEach(Lease::close);
    return this;
  }
}
