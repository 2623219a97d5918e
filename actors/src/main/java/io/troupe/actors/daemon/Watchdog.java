package io.troupe.actors.daemon;

import io.troupe.actors.run.Lookout;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.TimerPulse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time, from a thread of its own, whether a run that is running makes steps. If
 * it has made none for long, it writes where all threads are, says so, and if the settings want it,
 * ends the process, which may be all that helps. It ends a run too whose timers have stopped, or
 * that has no memory left. Tells a service manager that the run is ready, and as long as steps are
 * made, that it lives.
 */
final class Watchdog implements AutoCloseable {
  /** How the process ends when no steps are made; EX_TEMPFAIL of sysexits.h. */
  static final int EXIT_CODE = 75;

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);

  /** How long a run may take to end whose timers have stopped: a minute or more. */
  private static final int LOOKS_UNTIL_HALT = 6;

  /** How often in a row a look may find no memory. */
  private static final int LOOKS_OF_PATIENCE = 3;

  /** What a watchdog can do. */
  interface Means {
    /** How the run is; the daemon may not answer. */
    CompletionStage<Status> status();

    /** Writes where all threads are. */
    Path dump() throws IOException;

    /** Says that there was no step since an instant. */
    void say(Instant since, Optional<Path> dump);

    /** Looks whether timers still run, as {@link TimerPulse#isDead} says. */
    boolean timersAreDead();

    /** Ends the run as one that has failed, if that is still possible. */
    void fail();

    /** Ends the process at once. */
    void halt();
  }

  private final Means means;
  private final Duration limit;
  private final boolean exits;
  private final ServiceManager manager;
  private final Clock clock;
  private final Lookout lookout;
  private Optional<Status> last = Optional.empty();
  private Optional<Instant> runningSince = Optional.empty();
  private boolean ready;
  private boolean stalled;
  private int looksWithoutTimers;
  private int looksWithoutMemory;

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
    Duration pause =
        Stream.of(Optional.of(PAUSE), manager.patience().map(patience -> patience.dividedBy(4)))
            .flatMap(Optional::stream)
            .min(Duration::compareTo)
            .orElseThrow();
    lookout = new Lookout("troupe-watchdog", pause, this::lookOrHalt);
  }

  /** Looks from now on. */
  void start() {
    lookout.start();
  }

  /**
   * Looks once. Where even that finds no memory, several times in a row, nothing else will find
   * any: not the end of the run, nor its last words.
   */
  void lookOrHalt() {
    try {
      look();
      looksWithoutMemory = 0;
    } catch (OutOfMemoryError e) {
      looksWithoutMemory++;
      if (looksWithoutMemory >= LOOKS_OF_PATIENCE) {
        try {
          LOG.error("there is no memory left; ending the process with exit code {}", EXIT_CODE);
        } finally {
          means.halt();
        }
      }
      throw e;
    }
  }

  /** Looks once. */
  void look() {
    if (means.timersAreDead()) {
      onDeadTimers();
      return;
    }
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

  /**
   * The thread of timers has died of an Error, such as memory that was short. The run cannot go on
   * for long, so it fails; should its end wait for a timer, then the process ends all the same.
   */
  private void onDeadTimers() {
    if (looksWithoutTimers == 0) {
      LOG.error("timers have stopped; the run ends. Where threads are: {}", dump());
      means.fail();
    } else if (looksWithoutTimers == LOOKS_UNTIL_HALT) {
      LOG.error("the run does not end; ending the process with exit code {}", EXIT_CODE);
      means.halt();
    }
    looksWithoutTimers++;
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
    lookout.close();
  }
}
