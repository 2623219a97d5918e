package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.loop.Trainer;
import io.troupe.actors.loop.TrainingLoop;
import io.troupe.actors.supervision.Mailboxes;
import java.util.Optional;

/**
 * The training loop that there is at present, if there is one: loops follow one another. Belongs to
 * the daemon and runs in its thread.
 */
final class PresentLoop {
  private final ActorContext<Daemon.Command> context;
  private final ActorRef<Checkpointer.Command> checkpointer;
  private final ActorRef<TrainingLoop.Assembled> assembled;
  private final ActorRef<Trainer.Event> listener;
  private Optional<ActorRef<Void>> actor = Optional.empty();
  private Optional<TrainingLoop.Assembled> loop = Optional.empty();
  private int started;

  /**
   * None yet.
   *
   * @param assembled hears that a loop is there
   * @param listener hears its trainer
   */
  PresentLoop(
      ActorContext<Daemon.Command> context,
      ActorRef<Checkpointer.Command> checkpointer,
      ActorRef<TrainingLoop.Assembled> assembled,
      ActorRef<Trainer.Event> listener) {
    this.context = context;
    this.checkpointer = checkpointer;
    this.assembled = assembled;
    this.listener = listener;
  }

  /** Begins another one; the one before has ended. */
  void start(TrainingLoop.Task task) {
    started++;
    ActorRef<Void> next =
        context.spawn(
            TrainingLoop.create(task, checkpointer, assembled, listener),
            "training-loop-" + started,
            Mailboxes.metered());
    actor = Optional.of(next);
    context.watch(next);
  }

  /** It is there. */
  void assembled(TrainingLoop.Assembled present) {
    loop = Optional.of(present);
  }

  /** Ends it; the daemon hears when it has ended. */
  void stop() {
    loop = Optional.empty();
    context.stop(actor.orElseThrow());
  }

  /** It has failed. */
  void lost() {
    loop = Optional.empty();
  }

  /** Whether there is one. */
  boolean isPresent() {
    return loop.isPresent();
  }

  /** Its actors, if there is one. */
  Optional<TrainingLoop.Assembled> actors() {
    return loop;
  }

  /** Tells its trainer something, if there is one. */
  void tell(Trainer.Command command) {
    loop.ifPresent(present -> present.trainer().tell(command));
  }
}
