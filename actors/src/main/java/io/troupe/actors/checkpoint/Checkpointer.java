package io.troupe.actors.checkpoint;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.troupe.actors.memory.Lease;
import io.troupe.config.SettingsHistory;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

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

  /**
   * The last state of a run that cannot go on: it is written, if that is possible at once.
   *
   * @param state the daemon's, which does not change until the answer
   */
  public record SaveLast(TrainingState state) implements Command {}

  /** Files from now on say this of the run's changes of settings. */
  public record Changes(List<SettingsHistory.Change> recorded) implements Command {}

  /**
   * Reads the newest good checkpoint, which is what training goes on from after a failure; answered
   * by {@link Restored} or {@link RestoreFailed}.
   *
   * @param state gets it; the daemon's, which nobody else uses until the answer
   * @param divergedFrom a step from which training has diverged before: if the newest is of that
   *     step, an older one is read
   */
  public record Restore(TrainingState state, OptionalLong divergedFrom) implements Command {}

  /**
   * Goes back to the best checkpoint because training has collapsed, or if there is none, to the
   * oldest: reads it, writes it as the newest, and sets those after it aside; answered by {@link
   * Saved} and {@link Restored}, or {@link RestoreFailed}.
   *
   * @param state as of {@link Restore}
   * @param redraws that it has from now on
   */
  public record RestoreBest(TrainingState state, int redraws) implements Command {}

  /** Commands without parameters. */
  public enum Order implements Command {
    /** A later state will come: those that could not be written yet are not tried again. */
    LET_GO
  }

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

  /**
   * The file of a step is the best one.
   *
   * @param notRemoved as of {@link Saved}
   */
  public record BestKept(long step, double value, Path file, Optional<String> notRemoved)
      implements Event {}

  /**
   * A step was the best, but is not kept.
   *
   * @param failed whether it has a checkpoint; one that is evaluated on request need not have any
   */
  public record BestMissed(long step, String reason, boolean failed) implements Event {}

  /**
   * A state is that of a checkpoint.
   *
   * @param rejected newer files that were passed over, each with its reason
   */
  public record Restored(List<String> rejected) implements Event {}

  /** There is no checkpoint that can be read. */
  public record RestoreFailed(String reason) implements Event {}

  private static final int MAX_ATTEMPTS = 4;

  private final CheckpointStore store;
  private final ActorRef<Event> listener;
  private final TimerScheduler<Command> timers;
  private final Duration retry;
  private final Map<Long, Again> waiting = new TreeMap<>();
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
        .onMessage(Again.class, this::onAgain)
        .onMessageEquals(Order.LET_GO, this::onLetGo)
        .onMessage(Keep.class, this::onKeep)
        .onMessage(Hold.class, this::onHold)
        .onMessage(Judged.class, this::onJudged)
        .onMessage(Changes.class, this::onChanges)
        .onMessage(SaveLast.class, this::onSaveLast)
        .onMessage(Restore.class, this::onRestore)
        .onMessage(RestoreBest.class, this::onRestoreBest)
        .build();
  }

  private Behavior<Command> onAgain(Again message) {
    waiting.remove(message.state().value().progress().step());
    return save(message.state(), message.attempt());
  }

  private Behavior<Command> onLetGo() {
    waiting.forEach(
        (step, again) -> {
          timers.cancel(step);
          again.state().close();
        });
    waiting.clear();
    return this;
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
    if (message.best() && !store.has(message.step())) {
      listener.tell(new BestMissed(message.step(), "there is no checkpoint of this step", false));
    } else if (message.best()) {
      try {
        Path file = store.best().keep(message.step(), message.value());
        best = OptionalLong.of(message.step());
        Optional<String> notRemoved = prune(message.step());
        listener.tell(new BestKept(message.step(), message.value(), file, notRemoved));
      } catch (IOException e) {
        getContext().getLog().warn("cannot keep step {} as the best", message.step(), e);
        listener.tell(new BestMissed(message.step(), e.toString(), true));
      }
    }
    return this;
  }

  private Behavior<Command> onChanges(Changes message) {
    store.setChanges(message.recorded());
    return this;
  }

  private Behavior<Command> onSaveLast(SaveLast message) {
    long step = message.state().progress().step();
    try {
      write(message.state(), () -> {});
    } catch (CheckpointException e) {
      refused(step, e);
    } catch (IOException | RuntimeException | Error e) {
      getContext().getLog().error("cannot save step {}", step, e);
      listener.tell(new SaveFailed(step, e.toString(), true, false));
    }
    return this;
  }

  private Behavior<Command> onRestore(Restore message) {
    try {
      listener.tell(new Restored(restore(message.state(), message.divergedFrom())));
    } catch (IOException | CheckpointException | RuntimeException | Error e) {
      // Whatever it is, the daemon waits for an answer.
      getContext().getLog().error("cannot go back to a checkpoint", e);
      listener.tell(new RestoreFailed(e.getMessage()));
    }
    return this;
  }

  private Behavior<Command> onRestoreBest(RestoreBest message) {
    // States that are to be tried again are of steps that are taken back.
    onLetGo();
    try {
      listener.tell(new Restored(restoreBest(message.state(), message.redraws())));
    } catch (IOException | CheckpointException | RuntimeException | Error e) {
      getContext().getLog().error("cannot go back to the best checkpoint", e);
      listener.tell(new RestoreFailed(e.getMessage()));
    }
    return this;
  }

  private List<String> restoreBest(TrainingState state, int redraws)
      throws IOException, CheckpointException {
    List<String> rejected = new ArrayList<>(store.loadBest(state).rejected());
    state.setProgress(state.progress().withRedraws(redraws));
    // First, and with the redraws: whenever the process is killed, there is something to go on
    // from, and from here on it is this.
    write(state, () -> {});
    rejected.addAll(store.setAsideAfter(state.progress().step()));
    return rejected;
  }

  private List<String> restore(TrainingState state, OptionalLong divergedFrom)
      throws IOException, CheckpointException {
    CheckpointStore.Loaded loaded = store.loadLatest(state);
    if (loaded.file().isEmpty()) {
      throw new IOException("there is no checkpoint in " + store.folder());
    }
    List<String> rejected = new ArrayList<>(loaded.rejected());
    long step = state.progress().step();
    if (divergedFrom.isPresent() && divergedFrom.getAsLong() == step) {
      rejected.addAll(store.loadBefore(state, step).rejected());
    }
    return rejected;
  }

  /**
   * Writes a state, and says so.
   *
   * @param written is run when it is on disk
   */
  private void write(TrainingState state, Runnable written)
      throws IOException, CheckpointException {
    long start = System.nanoTime();
    CheckpointStore.Saved saved = store.save(state);
    written.run();
    double seconds = (System.nanoTime() - start) * 1e-9;
    listener.tell(new Saved(saved, seconds, prune(saved.step())));
  }

  private void refused(long step, CheckpointException e) {
    getContext().getLog().warn("step {} is not saved: {}", step, e.getMessage());
    listener.tell(new SaveFailed(step, e.getMessage(), true, e.isDivergence()));
  }

  private Behavior<Command> save(Lease<TrainingState> state, int attempt) {
    long step = state.value().progress().step();
    try {
      write(state.value(), state::close);
    } catch (CheckpointException e) {
      state.close();
      refused(step, e);
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, training goes on and the next attempt may do.
      getContext().getLog().warn("cannot save step {}", step, e);
      boolean last = attempt == MAX_ATTEMPTS;
      if (last) {
        state.close();
      } else {
        Again again = new Again(state, attempt + 1);
        waiting.put(step, again);
        timers.startSingleTimer(step, again, retry.multipliedBy(1L << (attempt - 1)));
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
        store.best().prune(best.getAsLong());
      }
      return Optional.empty();
    } catch (IOException e) {
      getContext().getLog().warn("cannot remove older checkpoints", e);
      return Optional.of(e.toString());
    }
  }
}
