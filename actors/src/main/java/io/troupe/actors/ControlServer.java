package io.troupe.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import io.prometheus.client.CollectorRegistry;
import io.troupe.actors.control.HttpFace;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * Owns the HTTP server: it starts with the actor, asks the daemon on behalf of its clients, and
 * stops with the actor. Starting and stopping block for up to a few seconds: spawn it on a
 * dispatcher for blocking work.
 */
public final class ControlServer {
  /** What a control server hears. */
  public sealed interface Command {}

  /** An event for whoever follows the run. */
  public record Publish(JournalEvent event) implements Command {}

  private ControlServer() {}

  /**
   * A control server that asks a daemon.
   *
   * @param registry what {@code /metrics} shows; the server's own counter is added to it
   * @param started completed with the address, or with a {@link RunException} that says why there
   *     is none; then the actor stops
   */
  public static Behavior<Command> create(
      RunSettings.Control settings,
      RunDirectory directory,
      ActorRef<Daemon.Command> daemon,
      CollectorRegistry registry,
      CompletableFuture<URI> started) {
    return Behaviors.setup(
        context -> {
          try {
            HttpFace face =
                HttpFace.start(
                    settings, directory, daemon, context.getSystem().scheduler(), registry);
            started.complete(face.address());
            return serving(face);
          } catch (RunException e) {
            started.completeExceptionally(e);
            return Behaviors.stopped();
          }
        });
  }

  private static Behavior<Command> serving(HttpFace face) {
    return Behaviors.receive(Command.class)
        .onMessage(
            Publish.class,
            message -> {
              face.publish(message.event());
              return Behaviors.same();
            })
        .onSignal(
            PostStop.class,
            signal -> {
              face.close();
              return Behaviors.same();
            })
        .build();
  }
}
