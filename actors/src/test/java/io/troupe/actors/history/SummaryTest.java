package io.troupe.actors.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.history.RunSummary.State;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {
  @TempDir Path folder;

  private JournalFixture trained() {
    JournalFixture run = new JournalFixture(folder.resolve("cats"));
    run.settings("training.steps=100", "training.batch=8", "training.discriminator-steps=2");
    run.event("started", 0, "pid", 7);
    for (int step = 10; step <= 50; step += 10) {
      run.after(20).step(step, 1);
    }
    return run;
  }

  private static RunSummary summary(JournalFixture run) {
    return run.history().summary();
  }

  @Test
  void aRunOfWhichNothingIsKnownIsEmpty() {
    JournalFixture run = new JournalFixture(folder.resolve("new")).settings();

    RunSummary summary = summary(run);

    assertThat(summary.state()).isEqualTo(State.EMPTY);
    assertThat(summary.run()).isEqualTo("new");
    assertThat(summary.name()).isEqualTo("new");
    assertThat(summary.path()).isEqualTo(folder.resolve("new").toString());
    assertThat(summary.preset()).hasValue("demo");
    assertThat(summary.startedAt()).isEmpty();
    assertThat(summary.score()).isEmpty();
    assertThat(summary.elapsedSeconds()).isZero();
  }

  @Test
  void aRunThatWasKilledIsGoneAndSaysFromWhereItGoesOn() {
    JournalFixture run = trained();
    run.write(run.directory().checkpoints().resolve("step-000000030.ckpt"), "x");
    run.write(run.directory().checkpoints().resolve("step-000000040.ckpt"), "x");

    RunSummary summary = summary(run);

    assertThat(summary.state()).isEqualTo(State.GONE);
    assertThat(summary.stateText())
        .isEqualTo(
            "Its daemon ended without a word after step 50; the same command goes on from step 40.");
    assertThat(summary.alive()).isFalse();
    assertThat(summary.step()).isEqualTo(50);
    assertThat(summary.steps()).isEqualTo(100);
    assertThat(summary.elapsedSeconds()).isEqualTo(100);
    assertThat(summary.secondsPerStep()).hasValue(2);
    assertThat(summary.remainingSeconds()).isEmpty();
    assertThat(summary.finishesAt()).isEmpty();

    run.write(run.directory().crash(), "process 7 was killed (exit code 137)\n");
    assertThat(summary(run).stateText()).isEqualTo("process 7 was killed (exit code 137)");
  }

  @Test
  void howARunEndedIsToldWhenItsDaemonIsGone() {
    JournalFixture run = trained();
    run.event("command", 50, "command", "stop").event("stopped", 50);
    // What was under way may end a moment later.
    run.event("evaluation-cancelled", 50, "of_step", 50);
    assertThat(summary(run).state()).isEqualTo(State.STOPPED);
    assertThat(summary(run).stateText())
        .isEqualTo("It was stopped after step 50; the same command goes on from there.");

    run.event("resumed", 50).step(100, 1).event("stopped", 100);
    assertThat(summary(run).state()).isEqualTo(State.FINISHED);
    assertThat(summary(run).stateText()).isEqualTo("All 100 steps are done.");

    run.settings("training.steps=200").event("resumed", 100);
    run.event("failed", 110, "reason", "losses were not finite\nand more");
    assertThat(summary(run).state()).isEqualTo(State.FAILED);
    assertThat(summary(run).stateText()).isEqualTo("losses were not finite");
    assertThat(summary(run).failure()).hasValue("losses were not finite\nand more");

    run.event("resumed", 100).step(120, 1);
    assertThat(summary(run).state()).isEqualTo(State.GONE);
    assertThat(summary(run).failure()).isEmpty();
  }

  @Test
  void aLivingRunIsByItsJournalWhatItIs() throws Exception {
    JournalFixture run = new JournalFixture(folder.resolve("cats")).settings("training.steps=100");
    RunDirectory directory = run.directory();
    try (RunLock lock = RunLock.tryLock(directory).orElseThrow()) {
      assertThat(lock).isNotNull();
      run.write(directory.url(), "http://127.0.0.1:4321\n");
      Files.setLastModifiedTime(
          directory.pid(), FileTime.from(Instant.parse("2026-01-02T03:04:00Z")));
      RunHistory history = run.history();
      assertThat(history.summary().state()).isEqualTo(State.STARTING);
      assertThat(history.summary().alive()).isTrue();
      assertThat(history.summary().daemonUrl()).hasValue("http://127.0.0.1:4321");
      assertThat(history.summary().pid()).hasValue(ProcessHandle.current().pid());

      run.event("started", 0).step(10, 1).after(10).step(20, 1);
      assertThat(history.summary().state()).isEqualTo(State.RUNNING);
      assertThat(history.summary().remainingSeconds()).hasValue(80);
      run.event("degraded", 20, "helper", "sampler", "cause", "disk full");
      run.event("degraded", 20, "helper", "plotter", "cause", "no fonts");
      run.event("recovered", 20, "helper", "plotter");
      assertThat(history.summary().troubles())
          .containsExactly(new HelperTrouble("sampler", Optional.of(run.now()), 1, "disk full"));
      run.event("paused", 20);
      assertThat(history.summary().state()).isEqualTo(State.PAUSED);
      assertThat(history.summary().remainingSeconds()).isEmpty();
      run.event("continued", 20).event("rollback", 25, "to_step", 10, "reason", "x");
      assertThat(history.summary().state()).isEqualTo(State.STARTING);
      assertThat(history.summary().step()).isEqualTo(10);
      assertThat(history.summary().stateText()).contains("back to the checkpoint of step 10");
      run.event("resumed", 10).event("command", 12, "command", "stop");
      assertThat(history.summary().state()).isEqualTo(State.STOPPING);
      run.event("failed", 12, "reason", "disk full");
      assertThat(history.summary().state()).isEqualTo(State.FAILED);

      // A new daemon, that has not written anything yet.
      Files.setLastModifiedTime(directory.pid(), FileTime.from(run.now().plusSeconds(60)));
      assertThat(history.summary().state()).isEqualTo(State.STARTING);
    }
    assertThat(summary(run).alive()).isFalse();
  }

  @Test
  void whatTheDaemonSaysCounts() throws Exception {
    JournalFixture run = trained();
    JsonNode status =
        new ObjectMapper()
            .readTree(
                """
                {"state":"running","step":57,"steps":120,"images_per_second":64,
                 "seconds_per_step":0.25,"evaluation_share":0.5,"failure":null,
                 "troubles":[{"helper":"sampler","since":"2026-01-02T03:04:06Z","failures":2,
                              "cause":"disk full"}]}
                """);
    // Of a daemon that is gone by now, it says nothing any more.
    assertThat(run.history().summary(Optional.of(status)).step()).isEqualTo(50);
    try (RunLock lock = RunLock.tryLock(run.directory()).orElseThrow()) {
      assertThat(lock).isNotNull();
      Instant before = Instant.now();
      RunSummary summary = run.history().summary(Optional.of(status));

      assertThat(summary.state()).isEqualTo(State.RUNNING);
      assertThat(summary.step()).isEqualTo(57);
      assertThat(summary.steps()).isEqualTo(120);
      assertThat(summary.imagesPerSecond()).hasValue(64);
      assertThat(summary.remainingSeconds()).hasValue((120 - 57) * 0.25);
      assertThat(summary.finishesAt().get()).isAfter(before.plusSeconds(15));
      assertThat(summary.evaluationShare()).hasValue(0.5);
      assertThat(summary.troubles())
          .containsExactly(
              new HelperTrouble(
                  "sampler", Optional.of(Instant.parse("2026-01-02T03:04:06Z")), 2, "disk full"));
      // Since the last event, which was long ago, it has been training.
      assertThat(summary.elapsedSeconds())
          .isCloseTo(
              100 + (Instant.now().toEpochMilli() - run.now().toEpochMilli()) / 1000.0,
              within(60.0));
    }
  }

  @Test
  void theScoreIsThatOfTheBestCheckpointOrTheFirstThereIs() {
    JournalFixture run = trained();
    run.scores(20, Map.of("recall", 0.5, "kid", 3.0, "kid_std", 0.1));
    run.scores(40, Map.of("recall", 0.25, "kid", 2.0, "kid_std", 0.1));
    run.scores(50, Map.of("recall", 0.4, "kid", 2.5));

    ScoreSpan first = summary(run).score().orElseThrow();
    assertThat(first.name()).isEqualTo("kid");
    assertThat(first.newest()).isEqualTo(new ScoreSpan.At(50, 2.5));
    assertThat(first.best()).hasValue(new ScoreSpan.At(40, 2));

    run.settings("checkpoints.best=recall", "evaluation.metrics=prdc");
    ScoreSpan chosen = summary(run).score().orElseThrow();
    assertThat(chosen.name()).isEqualTo("recall");
    assertThat(chosen.best()).hasValue(new ScoreSpan.At(20, 0.5));
  }

  @Test
  void theGridIsTheNewestThatIsThere() {
    JournalFixture run = trained();
    assertThat(summary(run).grid()).isEmpty();
    run.write(run.directory().samples().resolve("step-000000020.png"), "x");
    run.event("grid", 40, "of_step", 40);
    assertThat(summary(run).grid().orElseThrow().step()).isEqualTo(20);
    run.write(run.directory().samples().resolve("step-000000040.png"), "x");
    assertThat(summary(run).grid()).hasValue(new RunSummary.Grid(40, "step-000000040.png"));
  }

  @Test
  void notesArePeoplesAndKept() throws Exception {
    JournalFixture run = trained();
    RunHistory history = run.history();
    history.note(
        new ObjectMapper()
            .readTree(
                """
                {"name": "  Cats  ", "notes": "first try", "tags": ["good", " ", "good", "two words"]}
                """));

    RunSummary summary = summary(run);
    assertThat(summary.name()).isEqualTo("Cats");
    assertThat(summary.notes()).isEqualTo("first try");
    assertThat(summary.tags()).containsExactly("good", "two words");
    assertThat(run.directory().notes()).isRegularFile();
    run.write(run.directory().notes(), "{\"name\": 7");
    assertThat(summary(run).name()).isEqualTo("cats");
  }
}
