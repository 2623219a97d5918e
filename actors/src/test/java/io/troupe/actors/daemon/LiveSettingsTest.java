package io.troupe.actors.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.checkpoint.StoredCheckpoint;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Status;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.data.Datasets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Settings that change while a run goes on, against runs that are stopped and started again with
 * the other settings at the same steps.
 */
@Tag("process")
class LiveSettingsTest {
  private static final String[] FIRST = {
    "training.generator.learning-rate=1e-3",
    "training.discriminator.beta1=0.5",
    "training.discriminator.beta2=0.9",
    "training.generator.epsilon=1e-4",
    "training.clip-norm=0.5",
    "ema.decay=0.5",
    "ema.states=copied",
    "augmentation.brightness=0.4",
    "augmentation.horizontal-flip=false"
  };
  private static final String[] SECOND = {
    "training.gradient-penalty.weight=3", "training.gradient-penalty.every=2"
  };
  private static final String[] THIRD = {
    "training.gradient-penalty.weight=0.7", "training.gradient-penalty.every=3"
  };
  private static final String[] FOURTH = {
    "training.gradient-penalty.weight=0", "training.diff-augment.translation=true"
  };

  @TempDir Path folder;

  private static CompletionStage<RunAnswer> tell(
      TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command) {
    return run.command(command, Duration.ofMinutes(2));
  }

  private static RunAnswer ask(TrainingRun run, Function<ActorRef<RunAnswer>, RunCommand> command)
      throws Exception {
    return tell(run, command).toCompletableFuture().get();
  }

  private static RunAnswer.Done change(TrainingRun run, String... overrides) throws Exception {
    RunAnswer answer = ask(run, to -> new RunCommand.ChangeSettings(List.of(overrides), to));
    assertThat(answer).isInstanceOf(RunAnswer.Done.class);
    return (RunAnswer.Done) answer;
  }

  /** Starts a run without end that stands still after some steps. */
  private static TrainingRun paused(Path directory, String... overrides) throws Exception {
    List<String> all = new ArrayList<>(List.of("training.steps=1000000"));
    all.addAll(List.of(overrides));
    TrainingRun run = TrainingRun.start(TinyRun.settings(all.toArray(String[]::new)), directory);
    pauseAfter(run, 2);
    return run;
  }

  private static long pauseAfter(TrainingRun run, long step) throws Exception {
    while (run.status().toCompletableFuture().get().step() < step) {
      Thread.sleep(10);
    }
    return ((RunAnswer.Done) ask(run, RunCommand.Pause::new)).step();
  }

  private static long goOn(TrainingRun run, long steps) throws Exception {
    long step = ((RunAnswer.Done) ask(run, RunCommand.Resume::new)).step();
    return pauseAfter(run, step + steps);
  }

  private static void end(TrainingRun run, long steps) throws Exception {
    change(run, "training.steps=" + steps);
    ask(run, RunCommand.Resume::new);
    TrainingRun.Outcome outcome = run.await();
    assertThat(outcome.failed()).as(outcome.message()).isFalse();
    assertThat(outcome.step()).isEqualTo(steps);
  }

  private record Stretch(long steps, List<String> overrides) {
    static Stretch to(long steps, String... overrides) {
      return new Stretch(steps, List.of(overrides));
    }
  }

  /** Each stretch is a daemon of its own, which is given the settings when it starts. */
  private String restarted(String name, Stretch... stretches) throws Exception {
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
  private static List<Map<String, Object>> changed(RunAnswer.Done answer) {
    return (List<Map<String, Object>>) answer.details().get("changed");
  }

  @Test
  void everySegmentIsThatOfAStartWithItsSettingsAndIsRepeatedFromAnOlderCheckpoint()
      throws Exception {
    Path directory = folder.resolve("live");
    TrainingRun run = paused(directory, "checkpoints.keep=100");
    long first = run.status().toCompletableFuture().get().step();
    RunAnswer.Done answer = change(run, FIRST);
    assertThat(answer.step()).isEqualTo(first);
    assertThat(answer.message()).isEqualTo("settings changed from step %d on".formatted(first + 1));
    assertThat(changed(answer)).hasSize(FIRST.length);
    assertThat(changed(answer).get(0))
        .isEqualTo(
            Map.of(
                "key",
                "training.generator.learning-rate",
                "from",
                "4.0E-4",
                "to",
                "0.001",
                "from_step",
                OptionalLong.of(first + 1)));
    assertThat(run.status().toCompletableFuture().get().state()).isEqualTo(RunState.PAUSED);
    // Twice between the same steps: what is computed has the last one only.
    change(run, "ema.decay=0.25");
    change(run, "ema.decay=0.5");
    ask(run, RunCommand.Checkpoint::new);
    long second = goOn(run, 2);
    RunAnswer.Done compiled = change(run, SECOND);
    assertThat(compiled.message())
        .startsWith("settings changed from step %d on".formatted(second + 1))
        .contains("compiled");
    long third = goOn(run, 3);
    assertThat(change(run, THIRD).message())
        .isEqualTo("settings changed from step %d on".formatted(third + 1));
    long fourth = goOn(run, 3);
    change(run, FOURTH);
    long last = fourth + 3;
    end(run, last);

    String expected =
        restarted(
            "restarted",
            Stretch.to(first),
            Stretch.to(second, FIRST),
            Stretch.to(third, SECOND),
            Stretch.to(fourth, THIRD),
            Stretch.to(last, FOURTH));
    assertThat(TinyRun.sha256(directory, last)).isEqualTo(expected);

    SettingsHistory history = SettingsLoader.loadHistory(new RunDirectory(directory).config());
    assertThat(history.changes().stream().map(SettingsHistory.Change::fromStep).distinct())
        .containsExactly(first + 1, second + 1, third + 1, fourth + 1);
    assertThat(history.at(first).training())
        .isEqualTo(TinyRun.settings("training.steps=" + last).training());
    assertThat(history.at(second + 1).training().gradientPenalty().every()).isEqualTo(2);
    assertThat(history.newest().training().gradientPenalty().weight()).isZero();
    try (StoredCheckpoint newest =
        StoredCheckpoint.newest(new RunDirectory(directory).checkpoints(), any -> {})) {
      assertThat(newest.changes()).isEqualTo(history.changes());
    }
    List<JsonNode> events = TinyRun.events(directory, "settings");
    assertThat(events.get(0).get("from_step").asLong()).isEqualTo(first + 1);
    assertThat(events.get(0).get("step").asLong()).isEqualTo(first);

    repeatFrom(directory, 0, last, expected);
    repeatFrom(directory, first, last, expected);
  }

  /** What is there after a kill -9 when no checkpoint after a step had been written. */
  private void repeatFrom(Path directory, long step, long last, String expected) throws Exception {
    Path copy = folder.resolve("from-" + step);
    Files.createDirectories(copy.resolve("checkpoints"));
    Files.copy(directory.resolve("config.conf"), copy.resolve("config.conf"));
    String name = "checkpoints/step-%09d.ckpt".formatted(step);
    Files.copy(directory.resolve(name), copy.resolve(name));
    TrainingRun run =
        TrainingRun.start(
            SettingsLoader.loadRun(copy.resolve("config.conf"), List.of(), List.of()), copy);
    assertThat(run.changes()).isEmpty();
    assertThat(run.await().failed()).isFalse();
    assertThat(TinyRun.sha256(copy, last)).isEqualTo(expected);
    assertThat(Files.readString(copy.resolve("config.conf")))
        .isEqualTo(Files.readString(directory.resolve("config.conf")));
    // The list is in the checkpoint too.
    assertThat(TinyRun.events(copy, "segment")).isNotEmpty();
    assertThat(TinyRun.events(copy, "settings")).isEmpty();
  }

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

  @Test
  void changesLeaveNoMemoryBehind() throws Exception {
    TrainingRun run = paused(folder.resolve("live"));
    change(run, SECOND);
    change(run, THIRD);
    System.gc();
    long before = Pointer.totalBytes();
    for (int i = 0; i < 4; i++) {
      change(run, SECOND);
      change(run, "ema.decay=0." + (i + 1));
      change(run, THIRD);
    }
    System.gc();
    assertThat(Pointer.totalBytes() - before).isLessThan(1 << 20);
    run.stop();
    assertThat(run.await().failed()).isFalse();
  }

  /** A daemon that changes settings and is then killed: nothing but its files is left. */
  @Test
  void aStartWithOtherSettingsIsAChangeToo() throws Exception {
    Path directory = folder.resolve("live");
    TrainingRun run = paused(directory, "checkpoints.keep=100");
    long first = run.status().toCompletableFuture().get().step();
    ask(run, RunCommand.Checkpoint::new);
    goOn(run, 2);
    change(run, "ema.decay=0.5", "training.clip-norm=1");
    long second = run.status().toCompletableFuture().get().step();
    run.stop();
    assertThat(run.await().failed()).isFalse();
    // Back to the first checkpoint: ema.decay would change at second + 1, and shall change now.
    try (Stream<Path> files = Files.list(directory.resolve("checkpoints"))) {
      for (Path file : files.toList()) {
        if (!file.toString().contains("%09d".formatted(first))) {
          Files.delete(file);
        }
      }
    }
    long last = second + 2;
    TrainingRun back =
        TrainingRun.start(
            SettingsLoader.loadRun(
                directory.resolve("config.conf"),
                List.of(),
                List.of("ema.decay=0.25", "training.batch=2", "training.steps=" + last)),
            directory);
    assertThat(back.await().failed()).isFalse();
    SettingsHistory history = SettingsLoader.loadHistory(directory.resolve("config.conf"));
    assertThat(history.changes())
        .containsExactlyInAnyOrder(
            new SettingsHistory.Change(first + 1, "ema.decay", "0.9", "0.25"),
            new SettingsHistory.Change(first + 1, "training.batch", "4", "2"),
            new SettingsHistory.Change(second + 1, "training.clip-norm", "0.0", "1.0"));
    assertThat(TinyRun.sha256(directory, last))
        .isEqualTo(
            restarted(
                "restarted",
                Stretch.to(first),
                Stretch.to(second, "ema.decay=0.25", "training.batch=2"),
                Stretch.to(last, "training.clip-norm=1")));
    // The list is lost: the newest checkpoint has it too.
    Path config = directory.resolve("config.conf");
    Files.writeString(config, SettingsLoader.render(history.newest()));
    assertThat(SettingsLoader.recordedChanges(config)).isEmpty();
    TrainingRun again =
        TrainingRun.start(
            SettingsLoader.loadRun(config, List.of(), List.of("training.steps=" + (last + 1))),
            directory);
    assertThat(again.await().failed()).isFalse();
    assertThat(SettingsLoader.loadHistory(config).changes()).isEqualTo(history.changes());
  }

  @Test
  void aRunThatGoesBackOverAChangeRepeatsIt() throws Exception {
    RunSettings settings = TinyRun.settings("training.steps=1000000", "prefetch.batches=1");
    UnreliableDataset dataset =
        new UnreliableDataset(Datasets.open(settings.dataset(), settings.seed()));
    Path directory = folder.resolve("back");
    long first;
    long last;
    try (Company company = new Company(settings, dataset, directory).save()) {
      AtomicFile.replace(
          new RunDirectory(directory).config(),
          SettingsLoader.render(new SettingsHistory(settings, List.of())));
      company.start();
      while (company.<Status>ask(RunCommand.GetStatus::new).toCompletableFuture().get().step()
          < 2) {
        Thread.sleep(10);
      }
      first = done(company, RunCommand.Pause::new).step();
      assertThat(done(company, to -> new RunCommand.ChangeSettings(List.of(SECOND), to)).message())
          .contains("from step " + (first + 1));
      // In one of the next passes over the data, which are of eight steps each.
      dataset.failing(3, 3);
      last = first + 10;
      String steps = "training.steps=" + last;
      done(company, to -> new RunCommand.ChangeSettings(List.of(steps), to));
      done(company, RunCommand.Resume::new);
      TrainingRun.Outcome outcome = company.await();
      assertThat(outcome.failed()).as(outcome.message()).isFalse();
    }
    assertThat(TinyRun.events(directory, "rollback")).hasSize(1);
    assertThat(TinyRun.events(directory, "rollback").get(0).get("to_step").asLong()).isZero();
    assertThat(TinyRun.events(directory, "segment").get(0).get("from_step").asLong())
        .isEqualTo(first + 1);
    assertThat(TinyRun.sha256(directory, last))
        .isEqualTo(restarted("restarted", Stretch.to(first), Stretch.to(last, SECOND)));
  }

  private static RunAnswer.Done done(
      Company company, Function<ActorRef<RunAnswer>, RunCommand> command) throws Exception {
    RunAnswer answer = company.<RunAnswer>ask(command).toCompletableFuture().get();
    assertThat(answer).isInstanceOf(RunAnswer.Done.class);
    return (RunAnswer.Done) answer;
  }
}
