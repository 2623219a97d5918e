package io.troupe.actors.control;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Liveness and readiness, for supervisors such as systemd or Kubernetes. */
final class HealthRoutes {
  /** How the answer begins when the run has failed. */
  static final String FAILED = "the run failed: ";

  private final DaemonGate daemon;
  private final Duration stall;
  private final Clock clock;

  /**
   * Routes to a daemon.
   *
   * @param stall how long a run that is running may make no step; zero is for ever
   */
  HealthRoutes(DaemonGate daemon, Duration stall, Clock clock) {
    this.daemon = daemon;
    this.stall = stall;
    this.clock = clock;
  }

  /**
   * 200 while the run lives, else 503 with a one-line reason. A run whose helpers fail lives: to
   * start it anew would mend nothing. It says {@code degraded} instead of {@code ok}, and a line
   * for each cause.
   */
  void healthy(Context ctx) {
    answer(ctx, this::sickness, false);
  }

  private static String wellness(Status status) {
    return status.troubles().isEmpty()
        ? "ok"
        : status.troubles().stream()
            .map(Trouble::sentence)
            .collect(Collectors.joining("\n", "degraded\n", ""));
  }

  /** 200 when the run is running or paused, else 503 with a one-line reason. */
  void ready(Context ctx) {
    answer(
        ctx,
        status ->
            switch (status.state()) {
              case RUNNING, PAUSED -> Optional.empty();
              case FAILED -> sickness(status);
              case STARTING, STOPPING -> Optional.of("the run is " + status.state().label());
            },
        true);
  }

  /**
   * Answers by what the status is.
   *
   * @param needsDaemon whether to say 503 while there is no daemon yet, with what the start is at
   */
  private void answer(Context ctx, Function<Status, Optional<String>> check, boolean needsDaemon) {
    LateAnswers.await(
        ctx,
        () ->
            daemon
                .status()
                .handle(
                    (status, error) -> {
                      Optional<String> reason =
                          error == null
                              ? check.apply(status)
                              : error instanceof DaemonGate.StartingException
                                  ? Optional.of(error.getMessage()).filter(text -> needsDaemon)
                                  : Optional.of("no answer from the daemon");
                      String text =
                          reason.orElseGet(
                              () -> status == null ? "ok, starting" : wellness(status));
                      return ctx.status(
                              reason.isEmpty() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
                          .header("Cache-Control", "no-store")
                          // So that nobody can queue answers that he does not read.
                          .header("Connection", "close")
                          .result(text + "\n");
                    }));
  }

  private Optional<String> sickness(Status status) {
    if (status.state() == RunState.FAILED) {
      return Optional.of(
          FAILED + status.failure().orElse("unknown").lines().findFirst().orElse(""));
    }
    // After a pause the next step may take its time too.
    Instant alive =
        Stream.of(Optional.of(status.startedAt()), status.lastStepAt(), status.resumedAt())
            .flatMap(Optional::stream)
            .max(Instant::compareTo)
            .orElseThrow();
    boolean late = !stall.isZero() && alive.plus(stall).isBefore(clock.instant());
    return late && status.state() == RunState.RUNNING
        ? Optional.of("no step has finished since " + alive)
        : Optional.empty();
  }
}
