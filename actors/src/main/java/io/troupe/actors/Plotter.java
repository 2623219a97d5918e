package io.troupe.actors;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.io.IOException;

/**
 * Keeps the tables and plots of a run's metrics/ folder up to date; they are all made from
 * events.jsonl. A failure is logged and changes nothing else.
 */
public final class Plotter extends AbstractBehavior<Plotter.Command> {
  /** What a plotter hears. */
  public enum Command {
    /** Makes everything anew. */
    REDRAW
  }

  private final RunDirectory directory;

  private Plotter(ActorContext<Command> context, RunDirectory directory) {
    super(context);
    this.directory = directory;
  }

  /** A plotter of a run. */
  static Behavior<Command> create(RunDirectory directory) {
    return Behaviors.setup(context -> new Plotter(context, directory));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessageEquals(Command.REDRAW, this::onRedraw).build();
  }

  private Behavior<Command> onRedraw() {
    try {
      RunCurves.read(directory.events()).write(directory.metrics());
    } catch (IOException e) {
      // Often the same at each redraw, e.g. no fonts: one line will do.
      getContext()
          .getLog()
          .warn("cannot draw the plots in {}: {}", directory.metrics(), e.toString());
    } catch (RuntimeException e) {
      getContext().getLog().warn("cannot draw the plots in {}", directory.metrics(), e);
    }
    return this;
  }
}
