package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.Status;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Asks the daemon. Answers arrive on the server's own threads, so that writing to a slow client
 * holds up no actor.
 */
final class DaemonGate {
  /** How it is said that there is no daemon yet; what it does follows. */
  static final String STARTING = "The run is starting: ";

  /** There is no daemon to ask yet. */
  static final class StartingException extends Exception {
    private static final long serialVersionUID = 1;

    private final String progress;

    StartingException(String progress) {
      super(STARTING + progress + ".", null, false, false);
      this.progress = progress;
    }

    /**
     * As a client reads it: what the start is at, e.g. "decoded 5 of 9 pictures, about 4 s left".
     */
    Map<String, String> members() {
      return Map.of("starting", progress);
    }
  }

  private record Attached(ActorRef<RunCommand> daemon, Scheduler scheduler) {}

  private final Executor executor;
  private volatile Attached attached;
  private volatile String progress = "its data and networks are being prepared";

  DaemonGate(Executor executor) {
    this.executor = executor;
  }

  /** What the start is at. */
  void starting(String text) {
    progress = text;
  }

  /** Whom to ask from now on. */
  void attach(ActorRef<RunCommand> daemon, Scheduler scheduler) {
    attached = new Attached(daemon, scheduler);
  }

  /** How the run is; fails with a TimeoutException after 5 s. */
  CompletableFuture<Status> status() {
    return ask(RunCommand.GetStatus::new, AnswerTimes.AT_ONCE);
  }

  /**
   * Sends a command; fails with a TimeoutException if there is no answer in time, and with a
   * StartingException as long as there is no daemon.
   */
  <T> CompletableFuture<T> ask(Function<ActorRef<T>, RunCommand> command, Duration timeout) {
    Attached to = attached;
    if (to == null) {
      return CompletableFuture.failedFuture(new StartingException(progress));
    }
    return AskPattern.<RunCommand, T>ask(to.daemon, command::apply, timeout, to.scheduler)
        .toCompletableFuture()
        .thenApplyAsync(Function.identity(), executor);
  }
}
