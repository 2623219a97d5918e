package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.troupe.actors.TinyRun;
import io.troupe.actors.control.ControlServer;
import io.troupe.actors.journal.RunJournal;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class EndingTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final long LAST = 6;

  private final RunProgress progress =
      new RunProgress(
          "test",
          new RunDirectory(Path.of("run")),
          TinyRun.settings("training.steps=" + LAST, "evaluation.every=2"),
          64);
  private final AtomicInteger completed = new AtomicInteger();
  private final Ending ending =
      new Ending(
          progress,
          new RunRecorder(
              progress,
              new RunMetrics("test", "cpu", List.of()),
              KIT.<RunJournal.Command>createTestProbe().getRef(),
              KIT.<ControlServer.Command>createTestProbe().getRef(),
              Helper.OWN),
          () -> {},
          completed::incrementAndGet);

  @BeforeEach
  void doTheLastStep() {
    progress.restored(LAST);
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  private boolean stop() {
    progress.setState(RunState.STOPPING);
    boolean due = ending.awaitLast(false, true);
    ending.stateSaved(true);
    return due;
  }

  @Test
  void waitsForTheScoresOfTheLastStep() {
    ending.evaluationEnded(LAST - 2);
    assertThat(stop()).isTrue();
    assertThat(completed).hasValue(0);
    ending.evaluationEnded(LAST);
    assertThat(completed).hasValue(1);
  }

  @Test
  void doesNotWaitForScoresThatWereThereBeforeTheTrainerSaidThatItIsDone() {
    ending.evaluationEnded(LAST);
    assertThat(stop()).isFalse();
    assertThat(completed).hasValue(1);
  }

  @Test
  void waitsForScoresAgainIfTrainingWentBackInBetween() {
    ending.evaluationEnded(LAST);
    progress.restored(0);
    progress.restored(LAST);
    assertThat(stop()).isTrue();
    assertThat(completed).hasValue(0);
  }
}
