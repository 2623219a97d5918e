package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.models.graph.EngineMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogTest {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  @TempDir private Path folder;

  private final RunProgress progress =
      new RunProgress("1.2", new RunDirectory(Path.of("run")), TinyRun.settings(), 100);
  private final List<Instant> said = new ArrayList<>();
  private final List<Path> dumps = new ArrayList<>();
  private Instant now = Instant.now();
  private boolean answers = true;
  private boolean timers = true;
  private boolean memory = true;
  private int fails;
  private int halts;

  private final class Fake implements Watchdog.Means {
    @Override
    public CompletionStage<Status> status() {
      return answers
          ? CompletableFuture.completedFuture(progress.status(EngineMemory.NONE))
          : CompletableFuture.failedFuture(new IllegalStateException("no answer"));
    }

    @Override
    public Path dump() throws IOException {
      return new ThreadDumps(folder.resolve("stalls")).write(now);
    }

    @Override
    public void say(Instant since, Optional<Path> dump) {
      said.add(since);
      dump.ifPresent(dumps::add);
    }

    @Override
    public boolean timersAreDead() {
      if (!memory) {
        throw new OutOfMemoryError("none is left");
      }
      return !timers;
    }

    @Override
    public void fail() {
      fails++;
    }

    @Override
    public void halt() {
      halts++;
    }
  }

  private final class Now extends Clock {
    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** A program in place of systemd's, which writes what it is told. */
  private ServiceManager manager() throws IOException {
    Path program = folder.resolve("notify");
    if (!Files.exists(program)) {
      Files.writeString(program, "#!/bin/sh\necho \"$1\" >>" + folder.resolve("told") + "\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }
    return ServiceManager.of(
        Map.of("NOTIFY_SOCKET", "/run/notify", "WATCHDOG_USEC", "300000000"), program.toString());
  }

  private List<String> told() throws IOException {
    Path file = folder.resolve("told");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Watchdog watchdog(boolean exits) throws IOException {
    return new Watchdog(new Fake(), LIMIT, exits, manager(), new Now());
  }

  private void passes(Duration time) {
    now = now.plus(time);
  }

  @Test
  void aRunThatMakesNoStepsIsToldOnceWithWhereItsThreadsAre() throws Exception {
    try (Watchdog watchdog = watchdog(false)) {
      watchdog.look();
      assertThat(told()).as("while it starts").containsExactly("WATCHDOG=1");
      passes(LIMIT.plusHours(1));
      watchdog.look();
      assertThat(said).isEmpty();

      progress.setState(RunState.RUNNING);
      watchdog.look();
      passes(LIMIT);
      watchdog.look();
      assertThat(told()).endsWith("READY=1", "WATCHDOG=1", "WATCHDOG=1");
      assertThat(said).isEmpty();

      int pings = told().size();
      Instant since = now.minus(LIMIT);
      passes(Duration.ofSeconds(1));
      watchdog.look();
      watchdog.look();
      assertThat(said).containsExactly(since);
      assertThat(told()).as("it is no more pinged for").hasSize(pings);
      assertThat(Files.readString(dumps.get(0)))
          .contains("\"" + Thread.currentThread().getName() + "\" RUNNABLE", "WatchdogTest.aRun");
      assertThat(halts).isZero();
    }
  }

  @Test
  void pausesAndTheEndAreNoStalls() throws Exception {
    try (Watchdog watchdog = watchdog(true)) {
      for (RunState state :
          List.of(RunState.PAUSED, RunState.STOPPING, RunState.FAILED, RunState.STARTING)) {
        progress.setState(state);
        watchdog.look();
        passes(LIMIT.multipliedBy(2));
        watchdog.look();
      }
      // After a pause, or a return to a checkpoint, the time begins anew.
      progress.setState(RunState.RUNNING);
      watchdog.look();
      assertThat(said).isEmpty();
      assertThat(halts).isZero();
    }
  }

  /** The event has to reach the journal before. */
  @Test
  void theProcessEndsTheSecondTime() throws Exception {
    progress.setState(RunState.RUNNING);
    try (Watchdog watchdog = watchdog(true)) {
      watchdog.look();
      passes(LIMIT.plusSeconds(1));
      watchdog.look();
      assertThat(halts).isZero();
      watchdog.look();
      assertThat(halts).isEqualTo(1);
    }
  }

  @Test
  void aDaemonThatDoesNotAnswerMakesNoSteps() throws Exception {
    progress.setState(RunState.RUNNING);
    try (Watchdog watchdog = watchdog(true)) {
      watchdog.look();
      answers = false;
      passes(LIMIT.plusSeconds(1));
      watchdog.look();
      watchdog.look();
      assertThat(said).hasSize(1);
      assertThat(halts).isEqualTo(1);
    }
  }

  /** Also one that has ended already as far as anybody can see: its end may wait for a timer. */
  @Test
  void aRunWithoutTimersFailsAndItsProcessEnds() throws Exception {
    progress.setState(RunState.FAILED);
    try (Watchdog watchdog = watchdog(false)) {
      watchdog.look();
      assertThat(fails).isZero();
      timers = false;
      for (int looks = 0; looks < 6; looks++) {
        watchdog.look();
        assertThat(fails).isEqualTo(1);
        assertThat(halts).isZero();
      }
      watchdog.look();
      assertThat(fails).isEqualTo(1);
      assertThat(halts).isEqualTo(1);
    }
  }

  @Test
  void aProcessWithoutMemoryEnds() throws Exception {
    try (Watchdog watchdog = watchdog(false)) {
      for (boolean there : new boolean[] {false, false, true, false, false}) {
        memory = there;
        if (there) {
          watchdog.lookOrHalt();
        } else {
          assertThatThrownBy(watchdog::lookOrHalt).isInstanceOf(OutOfMemoryError.class);
        }
        assertThat(halts).isZero();
      }
      assertThatThrownBy(watchdog::lookOrHalt).isInstanceOf(OutOfMemoryError.class);
      assertThat(halts).isEqualTo(1);
    }
  }

  @Test
  void stepsThatGoOnEndAStall() throws Exception {
    progress.setState(RunState.RUNNING);
    try (Watchdog watchdog = watchdog(true)) {
      watchdog.look();
      Instant before = now;
      passes(LIMIT.plusSeconds(1));
      watchdog.look();
      now = before;
      watchdog.look();
      assertThat(told()).endsWith("WATCHDOG=1");
      passes(LIMIT.plusSeconds(1));
      watchdog.look();
      assertThat(said).hasSize(2);
      assertThat(halts).isZero();
    }
  }

  @Test
  void onlyTheNewestDumpsAreKept() throws Exception {
    for (int i = 0; i < 7; i++) {
      new ThreadDumps(folder.resolve("stalls")).write(now.plusSeconds(i));
    }
    try (Stream<Path> files = Files.list(folder.resolve("stalls"))) {
      assertThat(files).hasSize(5).doesNotContain(new ThreadDumps(folder).write(now));
    }
  }

  @Test
  void withoutAServiceManagerNobodyIsTold() {
    ServiceManager nobody = ServiceManager.of(Map.of("WATCHDOG_USEC", "1000"), "/no/program");
    assertThat(nobody.patience()).isEmpty();
    nobody.tell("READY=1");
    ServiceManager deaf = ServiceManager.of(Map.of("NOTIFY_SOCKET", "/x"), "/no/program");
    assertThat(deaf.patience()).isEmpty();
    deaf.tell("READY=1");
  }
}
