package io.troupe.actors.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.util.Optional;

/**
 * Keeps the tables and plots of a run's metrics/ folder up to date; they are all made from
 * events.jsonl. What cannot be read or written is left out, and told.
 */
public final class Plotter extends AbstractBehavior<Plotter.Command> {
  /** What a plotter hears. */
  public enum Command {
    /** Makes everything anew. */
    REDRAW
  }

  /** What a plotter says. */
  public sealed interface Event {}

  /**
   * All is drawn.
   *
   * @param unreadable lines of events.jsonl that could not be read and are left out
   */
  public record Drawn(long unreadable) implements Event {}

  /** Some could not be drawn. */
  public record DrawFailed(String reason) implements Event {}

  private final RunDirectory directory;
  private final ActorRef<Event> listener;

  /** Goes on where it was at the last redraw. */
  private Optional<RunHistory> reader = Optional.empty();

  private Plotter(ActorContext<Command> context, RunDirectory directory, ActorRef<Event> listener) {
    super(context);
    this.directory = directory;
    this.listener = listener;
  }

  /** A plotter of a run. */
  public static Behavior<Command> create(RunDirectory directory, ActorRef<Event> listener) {
    return Behaviors.setup(context -> new Plotter(context, directory, listener));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessageEquals(Command.REDRAW, this::onRedraw).build();
  }

  private Behavior<Command> onRedraw() {
    try {
      RunHistory run = reader.isPresent() ? reader.get() : RunCurves.reader(directory);
      reader = Optional.of(run);
      RunCurves curves = RunCurves.read(run);
      curves.write(directory.metrics());
      listener.tell(new Drawn(curves.unreadable()));
    } catch (IOException e) {
      // Often the same at each redraw, e.g. no fonts: one line will do.
      getContext().getLog().warn("cannot draw the plots: {}", e.toString());
      listener.tell(new DrawFailed(e.toString()));
    }
    return this;
  }
}
