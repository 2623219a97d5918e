package io.troupe.actors.daemon;

import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time, from a thread of its own, whether a run that is running makes steps. If
 * it has made none for long, it writes where all threads are, says so, and if the settings want it,
 * ends the process, which may be all that helps. Tells a service manager that the run is ready, and
 * as long as steps are made, that it lives.
 */
final class Watchdog implements AutoCloseable {
  /** How the process ends when no steps are made; EX_TEMPFAIL of sysexits.h. */
  static final int EXIT_CODE = 75;

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** What a watchdog can do. */
  interface Means {
    /** How the run is; the daemon may not answer. */
    CompletionStage<Status> status();

    /** Writes where all threads are. */
    Path dump() throws IOException;

    /** Says that there was no step since an instant. */
    void say(Instant since, Optional<Path> dump);

    /** Ends the process at once. */
    void halt();
  }

  private final Means means;
  private final Duration limit;
  private final boolean exits;
  private final ServiceManager manager;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private Optional<Status> last = Optional.empty();
  private Optional<Instant> runningSince = Optional.empty();
  private boolean ready;
  private boolean stalled;

  /**
   * A watchdog that does not look by itself.
   *
   * @param limit how long a run may make no step; zero is for ever
   * @param exits whether the process ends then
   */
  Watchdog(Means means, Duration limit, boolean exits, ServiceManager manager, Clock clock) {
    this.means = means;
    this.limit = limit;
    this.exits = exits;
    this.manager = manager;
    this.clock = clock;
  }

  /** Looks from now on. */
  void start() {
    Duration pause =
        Stream.of(Optional.of(PAUSE), manager.patience().map(patience -> patience.dividedBy(4)))
            .flatMap(Optional::stream)
            .min(Duration::compareTo)
            .orElseThrow();
    Thread thread = new Thread(() -> watch(pause), "troupe-watchdog");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(Duration pause) {
    try {
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        lookSafely();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException | Error e) {
      // An exception would end the looking.
      LOG.error("the watchdog failed, and looks again", e);
    }
  }

  /** Looks once. */
  void look() {
    ask().ifPresent(status -> last = Optional.of(status));
    RunState state = last.map(Status::state).orElse(RunState.STARTING);
    if (state != RunState.RUNNING) {
      runningSince = Optional.empty();
    } else if (runningSince.isEmpty()) {
      runningSince = Optional.of(clock.instant());
    }
    Optional<Instant> alive = runningSince.map(since -> latest(since, last.orElseThrow()));
    boolean late =
        !limit.isZero()
            && alive.filter(since -> since.plus(limit).isBefore(clock.instant())).isPresent();
    if (late) {
      onLate(alive.orElseThrow());
      return;
    }
    stalled = false;
    if (state == RunState.RUNNING && !ready) {
      ready = true;
      manager.tell("READY=1");
    }
    if (manager.patience().isPresent()) {
      manager.tell("WATCHDOG=1");
    }
  }

  private Optional<Status> ask() {
    try {
      return Optional.of(
          means.status().toCompletableFuture().get(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      // The daemon has ended, or hangs: what it said last counts.
      LOG.debug("the daemon does not say how the run is", e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Instant latest(Instant runningSince, Status status) {
    return Stream.of(Optional.of(runningSince), status.lastStepAt(), status.resumedAt())
        .flatMap(Optional::stream)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** Says it first; the next time it looks, the journal has it, and the process may end. */
  private void onLate(Instant since) {
    if (!stalled) {
      stalled = true;
      Optional<Path> dump = dump();
      LOG.error("no step has finished since {}; where threads are: {}", since, dump);
      means.say(since, dump);
    } else if (exits) {
      LOG.error("ending the process with exit code {}", EXIT_CODE);
      means.halt();
    }
  }

  private Optional<Path> dump() {
    try {
      return Optional.of(means.dump());
    } catch (IOException e) {
      LOG.error("cannot write where threads are", e);
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
