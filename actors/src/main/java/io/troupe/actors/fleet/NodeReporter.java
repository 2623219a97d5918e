package io.troupe.actors.fleet;

import akka.actor.CoordinatedShutdown;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.net.URI;
import java.time.Duration;

/** Tells the dispatcher of this node, every few seconds until it leaves. */
final class NodeReporter {
  private static final Duration EVERY = Duration.ofSeconds(2);

  private enum Tell implements NoSerializationVerificationNeeded {
    TELL
  }

  private NodeReporter() {}

  /**
   * A reporter.
   *
   * @param url of the node's page
   */
  static Behavior<?> create(
      ActorRef<Dispatcher.Command> dispatcher, FleetNode.Settings settings, URI url) {
    return Behaviors.<Tell>setup(
        context -> {
          CoordinatedShutdown shutdown =
              CoordinatedShutdown.get(Adapter.toClassic(context.getSystem()));
          Dispatcher.NodeReport report =
              new Dispatcher.NodeReport(
                  new Members(context.getSystem()).self(),
                  settings.roles(),
                  settings.slots(),
                  url.toString());
          return Behaviors.withTimers(
              timers -> {
                timers.startTimerWithFixedDelay(Tell.TELL, Duration.ZERO, EVERY);
                return Behaviors.receiveMessage(
                    tell -> {
                      if (shutdown.getShutdownReason().isEmpty()) {
                        dispatcher.tell(report);
                      }
                      return Behaviors.same();
                    });
              });
        });
  }
}
