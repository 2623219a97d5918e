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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Segments of a run, against runs that are stopped and started again with the other settings at the
 * same steps.
 */
@Tag("process")
class SegmentsTest extends LiveRuns {
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

  private static final String[] FOURTH = {
    "training.gradient-penalty.weight=0", "training.diff-augment.translation=true"
  };

  private static long goOn(TrainingRun run, long steps) throws Exception {
    long step = ((RunAnswer.Done) ask(run, RunCommand.Resume::new)).step();
    return pauseAfter(run, step + steps);
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
