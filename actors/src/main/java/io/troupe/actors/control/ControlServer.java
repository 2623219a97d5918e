package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunCommand;

/**
 * Lets the HTTP server, which was there before the company, ask the daemon, and closes it when the
 * company ends. Closing blocks for up to a few seconds: spawn it on a dispatcher for blocking work.
 */
public final class ControlServer {
  /** What a control server hears. */
  public sealed interface Command {}

  /** An event for whoever follows the run. */
  public record Publish(JournalEvent event) implements Command {}

  private ControlServer() {}

  /** A control server that asks a daemon. */
  public static Behavior<Command> create(RunHttpServer server, ActorRef<RunCommand> daemon) {
    return Behaviors.setup(
        context -> {
          server.attach(daemon, context.getSystem().scheduler());
          return serving(server);
        });
  }

  private static Behavior<Command> serving(RunHttpServer server) {
    return Behaviors.receive(Command.class)
        .onMessage(
            Publish.class,
            message -> {
              server.publish(message.event());
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            signal -> {
              server.close();
              return Behaviors.same();
            })
        .build();
  }
}
