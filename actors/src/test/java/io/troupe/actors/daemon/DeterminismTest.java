package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunState;
import io.troupe.models.kernels.Bfloat16Support;
import io.troupe.models.kernels.Processor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Step n is a function of (configuration, seed, n) alone. */
@Tag("process")
class DeterminismTest {
  @TempDir Path folder;

  @Test
  void workersMakeNoDifference() throws Exception {
    String one = run("one", "prefetch.workers=1");
    assertThat(run("three", "prefetch.workers=3", "prefetch.batches=5")).isEqualTo(one);
  }

  @Test
  void pausesEvaluationsGridsAndSavesMakeNoDifference() throws Exception {
    Path directory = folder.resolve("disturbed");
    TrainingRun run =
        TrainingRun.start(
            TinyRun.settings(
                "evaluation.every=2",
                "sampling.every=3",
                "checkpoints.every=4",
                "training.steps=12"),
            directory);
    awaitRunning(run);
    ask(run, RunCommand.Pause::new);
    ask(run, RunCommand.Checkpoint::new);
    RunAnswer.Done scores = ask(run, replyTo -> new RunCommand.Evaluate(true, replyTo));
    assertThat(scores.details()).containsKey("scores");
    ask(run, RunCommand.Sample::new);
    ask(run, RunCommand.Resume::new);
    assertThat(run.await().failed()).isFalse();
    assertThat(TinyRun.events(directory, "paused")).hasSize(1);
    assertThat(TinyRun.events(directory, "evaluation-finished")).isNotEmpty();
    assertThat(TinyRun.sha256(directory, 12)).isEqualTo(run("undisturbed"));
  }

  @Test
  void stoppingAndResumingMakesNoDifference() throws Exception {
    Path directory = folder.resolve("halves");
    TrainingRun first = TrainingRun.start(TinyRun.settings("training.steps=5"), directory);
    assertThat(first.await().step()).isEqualTo(5);
    TrainingRun second = TrainingRun.start(TinyRun.settings(), directory);
    assertThat(second.await().step()).isEqualTo(12);
    assertThat(TinyRun.events(directory, "resumed").get(0).get("step").asLong()).isEqualTo(5);
    assertThat(TinyRun.sha256(directory, 12)).isEqualTo(run("whole"));
  }

  /** By what this processor has; a later start takes what the first one was given. */
  @Test
  void soItIsInMixedPrecision() throws Exception {
    String precision = "compute.precision=mixed";
    String how =
        "compute.bfloat16="
            + (Processor.bfloat16() == Bfloat16Support.NONE ? "portable" : "native");
    Path directory = folder.resolve("mixed halves");
    TrainingRun first =
        TrainingRun.start(
            TinyRun.settings(precision, how, "prefetch.workers=4", "training.steps=5"), directory);
    assertThat(first.await().step()).isEqualTo(5);
    TrainingRun second = TrainingRun.start(TinyRun.settings("compute.precision=auto"), directory);
    assertThat(second.await().step()).isEqualTo(12);
    assertThat(TinyRun.events(directory, "chosen")).isEmpty();
    assertThat(TinyRun.events(directory, "settings"))
        .extracting(change -> change.get("key").asText())
        .doesNotContain("compute.precision", "compute.bfloat16");
    assertThat(TinyRun.sha256(directory, 12))
        .isEqualTo(run("mixed whole", precision, how))
        .isNotEqualTo(run("float32"));
  }

  /** While a run starts it takes no commands. */
  private static void awaitRunning(TrainingRun run) throws Exception {
    while (run.status().toCompletableFuture().get().state() == RunState.STARTING) {
      Thread.sleep(10);
    }
  }

  private static RunAnswer.Done ask(
      TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command) throws Exception {
    RunAnswer answer = run.command(command, Duration.ofMinutes(2)).toCompletableFuture().get();
    assertThat(answer).isInstanceOf(RunAnswer.Done.class);
    return (RunAnswer.Done) answer;
  }

  private String run(String name, String... overrides) throws Exception {
    Path directory = folder.resolve(name);
    TrainingRun run = TrainingRun.start(TinyRun.settings(overrides), directory);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    return TinyRun.sha256(directory, 12);
  }
}
