package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.troupe.actors.Daemon;
import io.troupe.actors.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Asks the daemon. Answers arrive on the server's own threads, so that writing to a slow client
 * holds up no actor.
 */
final class DaemonGate {
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(5);

  private final ActorRef<Daemon.Command> daemon;
  private final Scheduler scheduler;
  private final Executor executor;

  DaemonGate(ActorRef<Daemon.Command> daemon, Scheduler scheduler, Executor executor) {
    this.daemon = daemon;
    this.scheduler = scheduler;
    this.executor = executor;
  }

  /** How the run is; fails with a TimeoutException after 5 s. */
  CompletableFuture<Status> status() {
    return ask(Daemon.GetStatus::new, STATUS_TIMEOUT);
  }

  /** Sends a command; fails with a TimeoutException if there is no answer in time. */
  <T> CompletableFuture<T> ask(Function<ActorRef<T>, Daemon.Command> command, Duration timeout) {
    return AskPattern.<Daemon.Command, T>ask(daemon, command::apply, timeout, scheduler)
        .toCompletableFuture()
        .thenApplyAsync(Function.identity(), executor);
  }
}
