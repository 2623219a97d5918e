package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import io.troupe.actors.TinyRun;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose settings change while they go on. */
abstract class LiveRuns {
  static final String[] SECOND = {
    "training.gradient-penalty.weight=3", "training.gradient-penalty.every=2"
  };

  static final String[] THIRD = {
    "training.gradient-penalty.weight=0.7", "training.gradient-penalty.every=3"
  };

  @TempDir Path folder;

  static CompletionStage<RunAnswer> tell(
      TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command) {
    return run.command(command, Duration.ofMinutes(2));
  }

  static RunAnswer ask(TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command)
      throws Exception {
    return tell(run, command).toCompletableFuture().get();
  }

  static RunAnswer.Done change(TrainingRun run, String... overrides) throws Exception {
    RunAnswer answer = ask(run, to -> new RunCommand.ChangeSettings(List.of(overrides), to));
    assertThat(answer).isInstanceOf(RunAnswer.Done.class);
    return (RunAnswer.Done) answer;
  }

  /** Starts a run without end that stands still after some steps. */
  static TrainingRun paused(Path directory, String... overrides) throws Exception {
    List<String> all = new ArrayList<>(List.of("training.steps=1000000"));
    all.addAll(List.of(overrides));
    TrainingRun run = TrainingRun.start(TinyRun.settings(all.toArray(String[]::new)), directory);
    pauseAfter(run, 2);
    return run;
  }

  static long pauseAfter(TrainingRun run, long step) throws Exception {
    while (run.status().toCompletableFuture().get().step() < step) {
      Thread.sleep(10);
    }
    return ((RunAnswer.Done) ask(run, RunCommand.Pause::new)).step();
  }

  static void end(TrainingRun run, long steps) throws Exception {
    change(run, "training.steps=" + steps);
    ask(run, RunCommand.Resume::new);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    assertThat(outcome.step()).isEqualTo(steps);
  }

  record Stretch(long steps, List<String> overrides) {
    static Stretch to(long steps, String... overrides) {
      return new Stretch(steps, List.of(overrides));
    }
  }

  /** Each stretch is a daemon of its own, which is given the settings when it starts. */
  String restarted(String name, Stretch... stretches) throws Exception {
    Path directory = folder.resolve(name);
    Path config = directory.resolve("config.conf");
    long steps = 0;
    for (Stretch stretch : stretches) {
      steps = stretch.steps;
      List<String> all = new ArrayList<>(stretch.overrides);
      all.add("training.steps=" + steps);
      TrainingRun run =
          TrainingRun.start(
              Files.exists(config)
                  ? SettingsLoader.loadRun(config, List.of(), all)
                  : TinyRun.settings(all.toArray(String[]::new)),
              directory);
      assertThat(run.await().failed()).isFalse();
    }
    return TinyRun.sha256(directory, steps);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> changed(RunAnswer.Done answer) {
    return (List<Map<String, Object>>) answer.details().get("changed");
  }
}
