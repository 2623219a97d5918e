package io.troupe.actors.listening;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.time.Duration;

/** An actor that listens to a run for a {@link RunListener}. It looks for events by itself. */
public final class Listening extends AbstractBehavior<Listening.Command> {
  /** What it hears. */
  public enum Command {
    /** Reads what the journal has got since the last time. */
    HEAR
  }

  /** What it says. */
  public sealed interface Event {}

  /** The listener has heard all that the journal has. */
  public record Heard(Helper listener) implements Event {}

  /** The listener could not do something; it is tried again. */
  public record HearingFailed(Helper listener, String reason) implements Event {}

  private final Helper helper;
  private final RunListener listener;
  private final Hearing hearing;
  private final ActorRef<Event> events;
  private boolean failing;

  private Listening(
      ActorContext<Command> context,
      RunListener listener,
      Hearing hearing,
      ActorRef<Event> events) {
    super(context);
    helper = new Helper(listener.name());
    this.listener = listener;
    this.hearing = hearing;
    this.events = events;
  }

  /**
   * One that listens, and closes the listener when it ends.
   *
   * @param pause between two looks into the journal
   */
  public static Behavior<Command> create(
      RunListener listener,
      RunDirectory directory,
      RunSettings settings,
      Duration pause,
      ActorRef<Event> events) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Command.HEAR, pause);
                  Hearing hearing = new Hearing(listener, directory, settings);
                  return new Listening(context, listener, hearing, events);
                }));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Command.HEAR, this::onHear)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onHear() {
    try {
      hearing.hear();
      failing = false;
      events.tell(new Heard(helper));
    } catch (IOException e) {
      if (!failing) {
        getContext().getLog().warn("{} fails; trying again", helper.label(), e);
      }
      failing = true;
      events.tell(new HearingFailed(helper, e.toString()));
    }
    return this;
  }

  private Behavior<Command> onPostStop() throws IOException {
    try (listener) {
      onHear();
    }
    return this;
  }
}
