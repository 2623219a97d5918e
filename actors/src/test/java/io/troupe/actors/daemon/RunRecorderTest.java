package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.troupe.actors.TinyRun;
import io.troupe.actors.control.ControlServer;
import io.troupe.actors.evaluation.Evaluator;
import io.troupe.actors.journal.Plotter;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.run.Status;
import io.troupe.actors.run.Trouble;
import io.troupe.models.graph.EngineMemory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class RunRecorderTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String[] LABEL = {"helper"};

  private final RunProgress progress =
      new RunProgress("test", new RunDirectory(Path.of("run")), TinyRun.settings(), 64);
  private final RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
  private final TestProbe<RunJournal.Command> journal = KIT.createTestProbe();
  private final TestProbe<ControlServer.Command> followers = KIT.createTestProbe();
  private final RunRecorder recorder =
      new RunRecorder(progress, metrics, journal.getRef(), followers.getRef(), Helper.OWN);

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  private double evaluations(String outcome) {
    return metrics
        .registry()
        .getSampleValue(
            "troupe_evaluations_total", new String[] {"outcome"}, new String[] {outcome});
  }

  @Test
  void tellsJournalAndFollowersTheSame() {
    recorder.event(RunEvent.GRID, 4, Map.of("file", "x.png"));
    JournalEvent written = journal.expectMessageClass(RunJournal.Write.class).event();
    assertThat(written.event()).isEqualTo(RunEvent.GRID);
    assertThat(written.step()).isEqualTo(4);
    assertThat(written.details()).isEqualTo(Map.of("file", "x.png"));
    assertThat(followers.expectMessageClass(ControlServer.Publish.class).event())
        .isEqualTo(written);
  }

  @Test
  void anEvaluationGoesOnThoughAQueuedOneIsReplaced() {
    recorder.evaluationStarted(100);
    recorder.evaluationCancelled(new Evaluator.EvaluationCancelled(200, false));
    assertThat(progress.status(EngineMemory.NONE).evaluating()).isTrue();
    assertThat(evaluations("cancelled")).isEqualTo(1);
    recorder.evaluationCancelled(new Evaluator.EvaluationCancelled(100, true));
    assertThat(progress.status(EngineMemory.NONE).evaluating()).isFalse();
    assertThat(evaluations("cancelled")).isEqualTo(2);
  }

  @Test
  void scoresKeepTheStepOfTheirGenerator() {
    recorder.evaluationStarted(100);
    recorder.evaluationFinished(
        new Evaluator.EvaluationFinished(
            100,
            Map.of("fd_random", 2.5),
            Map.of("real_images", 7),
            List.of(),
            1.25,
            Optional.of("no fonts"),
            Optional.empty()));
    Status status = progress.status(EngineMemory.NONE);
    assertThat(status.scores()).isEqualTo(Map.of("fd_random", 2.5));
    assertThat(status.scoreStep()).hasValue(100);
    assertThat(status.evaluating()).isFalse();
    assertThat(
            metrics
                .registry()
                .getSampleValue(
                    "troupe_score",
                    new String[] {"metric", "better"},
                    new String[] {"fd_random", "lower"}))
        .isEqualTo(2.5);
    assertThat(evaluations("finished")).isEqualTo(1);
    assertThat(status.troubles().get(0).helper()).isEqualTo(Helper.FEATURE_PLOT);
    assertThat(status.troubles().get(0).cause()).isEqualTo("no fonts");
  }

  @Test
  void aFailureEndsTheEvaluation() {
    recorder.evaluationStarted(100);
    recorder.evaluationFailed("why");
    assertThat(progress.status(EngineMemory.NONE).evaluating()).isFalse();
    assertThat(evaluations("failed")).isEqualTo(1);
  }

  @Test
  void nodesThatHaveTooMuchToDoAreCountedAndNoTrouble() {
    recorder.remoteFailed(JobKind.SAMPLE, "a:1: it has other jobs", true);
    assertThat(progress.status(EngineMemory.NONE).troubles()).isEmpty();
    recorder.remoteFailed(JobKind.SAMPLE, "a:1 is silent", false);
    assertThat(progress.status(EngineMemory.NONE).troubles().get(0).helper())
        .isEqualTo(Helper.FLEET_SAMPLER);
    assertThat(
            metrics
                .registry()
                .getSampleValue(
                    "troupe_remote_jobs_total",
                    new String[] {"kind", "outcome"},
                    new String[] {"sample", "failed"}))
        .isEqualTo(2);
  }

  private double ofJournal(String metric) {
    return metrics.registry().getSampleValue("troupe_" + metric, LABEL, new String[] {"journal"});
  }

  private String written() {
    JournalEvent event = journal.expectMessageClass(RunJournal.Write.class).event();
    return event.event().label() + event.details().getOrDefault("failures", "");
  }

  @Test
  void aHelperIsInTroubleFromItsFirstFailureToItsNextSuccess() {
    assertThat(ofJournal("helper_failing")).isZero();
    recorder.helpers().journal(new RunJournal.Failing("disk full", 3, 0));
    recorder.helpers().journal(new RunJournal.Failing("disk full still", 1000, 20));
    Trouble trouble = progress.status(EngineMemory.NONE).troubles().get(0);
    assertThat(trouble.helper()).isEqualTo(Helper.JOURNAL);
    assertThat(trouble.cause()).isEqualTo("disk full still");
    assertThat(trouble.times()).isEqualTo(2);
    assertThat(trouble.sentence())
        .isEqualTo("journal fails since " + trouble.since() + ", 2 times: disk full still");
    assertThat(ofJournal("helper_failing")).isEqualTo(1);
    assertThat(ofJournal("helper_failures_total")).isEqualTo(2);
    assertThat(value("journal_waiting_events")).isEqualTo(1000);
    assertThat(value("journal_lost_events_total")).isEqualTo(20);
    recorder.helpers().journal(new RunJournal.CaughtUp(1000, 5));
    assertThat(progress.status(EngineMemory.NONE).troubles()).isEmpty();
    assertThat(ofJournal("helper_failing")).isZero();
    assertThat(value("journal_waiting_events")).isZero();
    assertThat(value("journal_lost_events_total")).isEqualTo(25);
    assertThat(List.of(written(), written())).containsExactly("degraded", "recovered2");
    journal.expectNoMessage();
  }

  private double value(String metric) {
    return metrics.registry().getSampleValue("troupe_" + metric);
  }

  @Test
  void startingMendsOnlyWhatKeptAHelperFromStarting() {
    recorder.helpers().failing(Helper.EVALUATOR, "bad weights", true);
    recorder.helpers().failing(Helper.SAMPLER, "bad picture", false);
    recorder.helpers().started(Helper.EVALUATOR);
    recorder.helpers().started(Helper.SAMPLER);
    assertThat(progress.status(EngineMemory.NONE).troubles())
        .extracting(Trouble::helper)
        .containsExactly(Helper.SAMPLER);
  }

  @Test
  void trainingGoesOnSinceTheLastPause() {
    recorder.state(RunState.RUNNING);
    assertThat(progress.status(EngineMemory.NONE).resumedAt()).isEmpty();
    recorder.state(RunState.PAUSED);
    assertThat(progress.status(EngineMemory.NONE).resumedAt()).isEmpty();
    Instant before = Instant.now();
    recorder.state(RunState.RUNNING);
    assertThat(progress.status(EngineMemory.NONE).resumedAt().orElseThrow())
        .isBetween(before, Instant.now());
  }

  @Test
  void saysOnceHowManyLinesThePlotsLeaveOut() {
    recorder.helpers().plotted(new Plotter.Drawn(2));
    recorder.helpers().plotted(new Plotter.Drawn(2));
    JournalEvent event = journal.expectMessageClass(RunJournal.Write.class).event();
    assertThat(event.event()).isEqualTo(RunEvent.LINES_LEFT_OUT);
    assertThat(event.details()).isEqualTo(Map.of("unreadable", 2L));
    journal.expectNoMessage();
  }

  /** A counter that appears with its first event looks to Prometheus as if nothing had happened. */
  @Test
  void everyCounterIsThereFromTheStart() {
    List<MetricFamilySamples> counters =
        Collections.list(metrics.registry().metricFamilySamples()).stream()
            .filter(family -> family.type == Collector.Type.COUNTER)
            .filter(family -> family.name.startsWith("troupe_"))
            // Of actors, of which there are none here: it is read from their mailboxes.
            .filter(family -> !family.name.equals("troupe_actor_messages"))
            .toList();
    assertThat(counters).hasSizeGreaterThan(10);
    assertThat(counters)
        .allSatisfy(
            counter ->
                assertThat(counter.samples).as(counter.name).extracting("value").contains(0.0));
    for (Helper helper : Helper.OWN) {
      assertThat(
              metrics
                  .registry()
                  .getSampleValue(
                      "troupe_helper_failures_total",
                      new String[] {"helper"},
                      new String[] {helper.label()}))
          .isZero();
    }
    for (String actor : List.of("augment-worker", "evaluator", "sampler")) {
      assertThat(
              metrics
                  .registry()
                  .getSampleValue(
                      "troupe_actor_restarts_total", new String[] {"actor"}, new String[] {actor}))
          .isZero();
    }
  }

  @Test
  void changesOfSettingsAreCounted() {
    recorder.settingsChanged(
        List.of(
            new SettingsChange.Changed("a.b", "1", "2", OptionalLong.empty()),
            new SettingsChange.Changed("c.d", "3", "4", OptionalLong.of(9))));
    assertThat(value("settings_changes_total")).isEqualTo(2);
  }
}
