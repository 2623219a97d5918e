package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.troupe.actors.monitoring.RunMetrics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RunRecorderTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  private final RunProgress progress =
      new RunProgress("test", new RunDirectory(Path.of("run")), TinyRun.settings(), 64);
  private final RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
  private final TestProbe<RunJournal.Command> journal = KIT.createTestProbe();
  private final TestProbe<ControlServer.Command> followers = KIT.createTestProbe();
  private final RunRecorder recorder =
      new RunRecorder(progress, metrics, journal.getRef(), followers.getRef());

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
    recorder.event("grid", 4, Map.of("file", "x.png"));
    JournalEvent written = journal.expectMessageClass(RunJournal.Write.class).event();
    assertThat(written.event()).isEqualTo("grid");
    assertThat(written.step()).isEqualTo(4);
    assertThat(written.details()).isEqualTo(Map.of("file", "x.png"));
    assertThat(followers.expectMessageClass(ControlServer.Publish.class).event())
        .isEqualTo(written);
  }

  @Test
  void anEvaluationGoesOnThoughAQueuedOneIsReplaced() {
    recorder.evaluationStarted(100);
    recorder.evaluationCancelled(new Evaluator.EvaluationCancelled(200, false));
    assertThat(progress.status().evaluating()).isTrue();
    assertThat(evaluations("cancelled")).isEqualTo(1);
    recorder.evaluationCancelled(new Evaluator.EvaluationCancelled(100, true));
    assertThat(progress.status().evaluating()).isFalse();
    assertThat(evaluations("cancelled")).isEqualTo(2);
  }

  @Test
  void scoresKeepTheStepOfTheirGenerator() {
    recorder.evaluationStarted(100);
    recorder.evaluationFinished(
        new Evaluator.EvaluationFinished(
            100, Map.of("fd_random", 2.5), Map.of("real_images", 7), 1.25));
    Status status = progress.status();
    assertThat(status.scores()).isEqualTo(Map.of("fd_random", 2.5));
    assertThat(status.scoreStep()).hasValue(100);
    assertThat(status.evaluating()).isFalse();
    assertThat(
            metrics
                .registry()
                .getSampleValue(
                    "troupe_score", new String[] {"metric"}, new String[] {"fd_random"}))
        .isEqualTo(2.5);
    assertThat(evaluations("finished")).isEqualTo(1);
  }

  @Test
  void aFailureEndsTheEvaluation() {
    recorder.evaluationStarted(100);
    recorder.evaluationFailed();
    assertThat(progress.status().evaluating()).isFalse();
    assertThat(evaluations("failed")).isEqualTo(1);
  }
}
