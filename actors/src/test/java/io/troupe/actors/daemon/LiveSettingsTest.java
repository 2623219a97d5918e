package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunState;
import io.troupe.models.memory.NativeArrays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings that change while a run goes on. */
@Tag("process")
class LiveSettingsTest extends LiveRuns {
  @Test
  void aChangeWhileItTrainsHoldsFromTheStepThatTheAnswerNames() throws Exception {
    Path directory = folder.resolve("live");
    TrainingRun run = TrainingRun.start(TinyRun.settings("training.steps=1000000"), directory);
    RunAnswer.Done answer = change(run, "training.discriminator.learning-rate=1e-2");
    long from = ((OptionalLong) changed(answer).get(0).get("from_step")).getAsLong();
    assertThat(from).isEqualTo(answer.step() + 1);
    long last = pauseAfter(run, from + 3) + 1;
    end(run, last);
    assertThat(TinyRun.sha256(directory, last))
        .isEqualTo(
            from == 1
                ? restarted("whole", Stretch.to(last, "training.discriminator.learning-rate=1e-2"))
                : restarted(
                    "restarted",
                    Stretch.to(from - 1),
                    Stretch.to(last, "training.discriminator.learning-rate=1e-2")));
  }

  @Test
  void whatIsAskedDuringAChangeIsDoneAfterIt() throws Exception {
    Path directory = folder.resolve("live");
    TrainingRun run = paused(directory);
    ask(run, RunCommand.Resume::new);
    CompletionStage<RunAnswer> change =
        tell(run, to -> new RunCommand.ChangeSettings(List.of(SECOND), to));
    CompletionStage<RunAnswer> pause = tell(run, RunCommand.Pause::new);
    CompletionStage<RunAnswer> another =
        tell(run, to -> new RunCommand.ChangeSettings(List.of("ema.decay=0.5"), to));
    CompletionStage<RunAnswer> checkpoint = tell(run, RunCommand.Checkpoint::new);
    CompletionStage<RunAnswer> evaluate = tell(run, to -> new RunCommand.Evaluate(true, to));
    CompletionStage<RunAnswer> sample = tell(run, RunCommand.Sample::new);
    CompletionStage<RunAnswer> resume = tell(run, RunCommand.Resume::new);
    long from = 0;
    for (CompletionStage<RunAnswer> answer :
        List.of(change, pause, another, checkpoint, evaluate, sample, resume)) {
      assertThat(answer.toCompletableFuture().get()).isInstanceOf(RunAnswer.Done.class);
      long step = ((RunAnswer.Done) answer.toCompletableFuture().get()).step();
      from = answer == change ? step + 1 : from;
      assertThat(step).isGreaterThanOrEqualTo(from - 1);
    }
    CompletionStage<RunAnswer> last =
        tell(run, to -> new RunCommand.ChangeSettings(List.of(THIRD), to));
    CompletionStage<RunAnswer> stop = tell(run, RunCommand.Stop::new);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    assertThat(last.toCompletableFuture().get()).isInstanceOf(RunAnswer.Done.class);
    assertThat(stop.toCompletableFuture().get()).isInstanceOf(RunAnswer.Done.class);
    assertThat(TinyRun.sha256(directory, outcome.step())).hasSize(64);
    assertThat(TinyRun.events(directory, "resumed")).isEmpty();
  }

  @Test
  void aChangeThatCannotBeRecordedIsRefusedAndTheRunGoesOnUnchanged() throws Exception {
    Path directory = folder.resolve("live");
    TrainingRun run = paused(directory);
    String before = Files.readString(directory.resolve("config.conf"));
    // Where the new file would be written first.
    Path inTheWay = Files.createDirectories(directory.resolve("config.conf.tmp/x"));
    for (String[] overrides : List.of(SECOND, new String[] {"ema.decay=0.5"})) {
      RunAnswer answer = ask(run, to -> new RunCommand.ChangeSettings(List.of(overrides), to));
      assertThat(answer).isInstanceOf(RunAnswer.Refused.class);
      assertThat(((RunAnswer.Refused) answer).reason())
          .contains("cannot be recorded", "nothing has changed", "config.conf");
      assertThat(Files.readString(directory.resolve("config.conf"))).isEqualTo(before);
    }
    assertThat(run.status().toCompletableFuture().get().state()).isEqualTo(RunState.PAUSED);
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    long last = run.status().toCompletableFuture().get().step() + 2;
    end(run, last);
    assertThat(TinyRun.sha256(directory, last)).isEqualTo(restarted("alone", Stretch.to(last)));
    assertThat(TinyRun.events(directory, "settings")).hasSize(1);
  }

  @Test
  void aPausedRunThatNowHasAllItsStepsEnds() throws Exception {
    TrainingRun run = paused(folder);
    long step = run.status().toCompletableFuture().get().step();

    change(run, "training.steps=" + step);
    RunAnswer late = ask(run, to -> new RunCommand.ChangeSettings(List.of("ema.decay=0.25"), to));

    assertThat(late).isInstanceOf(RunAnswer.Refused.class);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).isFalse();
    assertThat(outcome.step()).isEqualTo(step);
  }

  @Test
  void aChangeToWhatHoldsAlreadyChangesNothing() throws Exception {
    TrainingRun run = paused(folder.resolve("live"));
    RunAnswer.Done answer = change(run, "ema.decay=0.9");
    assertThat(answer.message()).contains("nothing changed");
    assertThat(changed(answer)).isEmpty();
    RunAnswer.Done mixed = change(run, "journal.every=2", "ema.decay=0.8");
    assertThat(mixed.message()).contains("from step");
    assertThat(changed(mixed))
        .extracting(one -> one.get("key") + " " + ((OptionalLong) one.get("from_step")).isPresent())
        .containsExactly("journal.every false", "ema.decay true");
    run.stop();
    assertThat(run.await().failed()).isFalse();
  }

  /** Bytes of arrays when nothing is left that garbage collection would free. */
  private static long settledArrays() throws InterruptedException {
    long bytes = -1;
    while (bytes != NativeArrays.bytes()) {
      bytes = NativeArrays.bytes();
      System.gc();
      Thread.sleep(100);
    }
    return bytes;
  }

  @Test
  void changesLeaveNoMemoryBehind() throws Exception {
    TrainingRun run = paused(folder.resolve("live"));
    change(run, SECOND);
    change(run, THIRD);
    long before = settledArrays();
    for (int i = 0; i < 4; i++) {
      change(run, SECOND);
      change(run, "ema.decay=0." + (i + 1));
      change(run, THIRD);
    }
    assertThat(settledArrays() - before).isLessThan(16 << 10);
    run.stop();
    assertThat(run.await().failed()).isFalse();
  }
}
