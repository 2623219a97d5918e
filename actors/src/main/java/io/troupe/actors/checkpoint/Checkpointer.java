package io.troupe.actors.checkpoint;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.troupe.actors.memory.Lease;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Writes training states to disk. A write that fails is tried again while training goes on; the
 * state stays lent meanwhile. Runs on a dispatcher for blocking work.
 */
public final class Checkpointer extends AbstractBehavior<Checkpointer.Command> {
  /** What a checkpointer hears. */
  public sealed interface Command {}

  /** A complete state to write; the receiver closes the lease. */
  public record Save(Lease<TrainingState> state) implements Command {}

  /** Keep this many files from now on. */
  public record Keep(int files) implements Command {}

  /**
   * Do not delete the file of this step until {@link Judged} is heard; only the last one counts.
   */
  public record Hold(long step) implements Command {}

  /**
   * The held step has been evaluated.
   *
   * @param best keep its file as the best one
   */
  public record Judged(long step, boolean best, double value) implements Command {}

  private record Again(Lease<TrainingState> state, int attempt) implements Command {}

  /** What a checkpointer says. */
  public sealed interface Event {}

  /**
   * A state is safe on disk.
   *
   * @param notRemoved why older files are still there that should not be
   */
  public record Saved(CheckpointStore.Saved file, double seconds, Optional<String> notRemoved)
      implements Event {}

  /**
   * A write failed.
   *
   * @param last whether it was the last attempt
   * @param diverged whether the state has elements that are not finite; then it is not tried again
   */
  public record SaveFailed(long step, String reason, boolean last, boolean diverged)
      implements Event {}

  /** The file of a step is the best one. */
  public record BestKept(long step, double value, Path file) implements Event {}

  /** A step was the best, but it has no file. */
  public record BestMissed(long step, double value, String reason) implements Event {}

  private static final int MAX_ATTEMPTS = 4;

  private final CheckpointStore store;
  private final ActorRef<Event> listener;
  private final TimerScheduler<Command> timers;
  private final Duration retry;
  private int keep;
  private OptionalLong held = OptionalLong.empty();
  private OptionalLong best = OptionalLong.empty();

  private Checkpointer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      CheckpointStore store,
      int keep,
      Duration retry,
      ActorRef<Event> listener) {
    super(context);
    this.timers = timers;
    this.store = store;
    this.keep = keep;
    this.retry = retry;
    this.listener = listener;
  }

  /**
   * A checkpointer.
   *
   * @param keep newest files kept
   * @param retry pause before the second attempt; it doubles with each further one
   */
  public static Behavior<Command> create(
      CheckpointStore store, int keep, Duration retry, ActorRef<Event> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new Checkpointer(context, timers, store, keep, retry, listener)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Save.class, message -> save(message.state(), 1))
        .onMessage(Again.class, message -> save(message.state(), message.attempt()))
        .onMessage(Keep.class, this::onKeep)
        .onMessage(Hold.class, this::onHold)
        .onMessage(Judged.class, this::onJudged)
        .build();
  }

  private Behavior<Command> onKeep(Keep message) {
    keep = message.files();
    return this;
  }

  private Behavior<Command> onHold(Hold message) {
    held = OptionalLong.of(message.step());
    return this;
  }

  private Behavior<Command> onJudged(Judged message) {
    held = OptionalLong.empty();
    if (message.best()) {
      try {
        Path file = store.keepBest(message.step(), message.value());
        best = OptionalLong.of(message.step());
        prune(message.step());
        listener.tell(new BestKept(message.step(), message.value(), file));
      } catch (IOException e) {
        getContext().getLog().warn("cannot keep step {} as the best", message.step(), e);
        listener.tell(new BestMissed(message.step(), message.value(), e.toString()));
      }
    }
    return this;
  }

  private Behavior<Command> save(Lease<TrainingState> state, int attempt) {
    long start = System.nanoTime();
    long step = state.value().progress().step();
    try {
      CheckpointStore.Saved saved = store.save(state.value());
      state.close();
      double seconds = (System.nanoTime() - start) * 1e-9;
      listener.tell(new Saved(saved, seconds, prune(step)));
    } catch (CheckpointException e) {
      getContext().getLog().warn("step {} is not saved: {}", step, e.getMessage());
      state.close();
      listener.tell(new SaveFailed(step, e.getMessage(), true, e.isDivergence()));
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, training goes on and the next attempt may do.
      getContext().getLog().warn("cannot save step {}", step, e);
      boolean last = attempt == MAX_ATTEMPTS;
      if (last) {
        state.close();
      } else {
        timers.startSingleTimer(
            step, new Again(state, attempt + 1), retry.multipliedBy(1L << (attempt - 1)));
      }
      listener.tell(new SaveFailed(step, e.toString(), last, false));
    }
    return this;
  }

  /** Older files that stay do no harm to what was saved. */
  private Optional<String> prune(long written) {
    try {
      store.prune(keep, held, written);
      if (best.isPresent()) {
        store.pruneBest(best.getAsLong());
      }
      return Optional.empty();
    } catch (IOException e) {
      getContext().getLog().warn("cannot remove older checkpoints", e);
      return Optional.of(e.toString());
    }
  }
}
