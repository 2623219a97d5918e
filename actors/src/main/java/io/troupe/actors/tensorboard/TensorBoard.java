package io.troupe.actors.tensorboard;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.io.IOException;
import java.time.Duration;

/**
 * Keeps the run's event files for TensorBoard up to date with events.jsonl. It looks there by
 * itself, so nobody waits for it, and what a failure kept it from writing is written later.
 */
public final class TensorBoard extends AbstractBehavior<TensorBoard.Command> {
  /** What it hears. */
  public enum Command {
    /** Writes what the journal has got since the last time. */
    UPDATE
  }

  /** What it says. */
  public sealed interface Event {}

  /** All of the journal is in the event files. */
  public record Written() implements Event {}

  /** Event files could not be written. */
  public record WriteFailed(String reason) implements Event {}

  private final EventWriter writer;
  private final ActorRef<Event> listener;
  private boolean failing;

  private TensorBoard(ActorContext<Command> context, EventWriter writer, ActorRef<Event> listener) {
    super(context);
    this.writer = writer;
    this.listener = listener;
  }

  /**
   * One that writes.
   *
   * @param pause between updates
   */
  public static Behavior<Command> create(
      EventWriter writer, Duration pause, ActorRef<Event> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Command.UPDATE, pause);
                  return new TensorBoard(context, writer, listener);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Command.UPDATE, this::onUpdate)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onUpdate() {
    try {
      writer.update();
      failing = false;
      listener.tell(new Written());
    } catch (IOException e) {
      if (!failing) {
        getContext().getLog().warn("cannot write TensorBoard's event files; trying again", e);
      }
      failing = true;
      listener.tell(new WriteFailed(e.toString()));
    }
    return this;
  }

  private Behavior<Command> onPostStop() throws IOException {
    onUpdate();
    writer.close();
    return this;
  }
}
