package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class CheckpointerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static GanTraining training;

  @TempDir private Path folder;

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestProbe<Checkpointer.Event> listener = KIT.createTestProbe();
  private Path checkpoints;
  private Pool<TrainingState> states;
  private ActorRef<Checkpointer.Command> checkpointer;

  @BeforeAll
  static void makeTraining() {
    training = new GanTraining(TinyRun.settings(), ImageSpec.rgb(32, 20), CompiledGraph::compile);
  }

  @BeforeEach
  void start() throws IOException {
    checkpoints = folder.resolve("checkpoints");
    states = new Pool<>("state", 1, () -> new TrainingState(training));
    checkpointer =
        KIT.spawn(
            Checkpointer.create(
                new CheckpointStore(checkpoints, "demo", 1), 3, RETRY, listener.getRef()));
  }

  @AfterEach
  void stop() {
    KIT.stop(checkpointer);
    states.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    training.close();
  }

  private void save(long step) {
    Lease<TrainingState> state = states.tryLease().orElseThrow();
    state.value().copyFrom(training, step);
    checkpointer.tell(new Checkpointer.Save(state));
  }

  private Checkpointer.Event heard() {
    return listener.receiveMessage();
  }

  @Test
  void theBestEvaluatedFileIsKeptHoweverManyFollow() throws Exception {
    save(1);
    heard();
    checkpointer.tell(new Checkpointer.Hold(1));
    for (long step = 2; step <= 5; step++) {
      save(step);
      heard();
    }
    // Three newest ones, and the one that is being evaluated.
    assertThat(files())
        .containsExactly(
            "step-000000001.ckpt",
            "step-000000003.ckpt",
            "step-000000004.ckpt",
            "step-000000005.ckpt");
    checkpointer.tell(new Checkpointer.Judged(1, true, 12.5));
    Path best = checkpoints.resolve("best/step-000000001.ckpt");
    assertThat(heard()).isEqualTo(new Checkpointer.BestKept(1, 12.5, best, Optional.empty()));
    byte[] content = Files.readAllBytes(best);

    save(6);
    heard();
    assertThat(checkpoints.resolve("step-000000001.ckpt")).doesNotExist();
    assertThat(best).hasBinaryContent(content);
    checkpointer.tell(new Checkpointer.Judged(4, true, 11));
    assertThat(heard()).isInstanceOf(Checkpointer.BestKept.class);
    try (Stream<Path> kept = Files.list(checkpoints.resolve("best"))) {
      assertThat(kept.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("step-000000004.ckpt", "score.txt");
    }
    assertThat(new CheckpointStore(checkpoints, "demo", 1).best().value()).hasValue(11);
  }

  @Test
  void saysThatABestStepHasNoFile() {
    checkpointer.tell(new Checkpointer.Judged(7, true, 3));
    assertThat(heard())
        .isEqualTo(new Checkpointer.BestMissed(7, "there is no checkpoint of this step", false));
    assertThat(checkpoints.resolve("best")).doesNotExist();
  }

  @Test
  void saysThatABestFileCannotBeKept() throws Exception {
    save(7);
    heard();
    Files.createFile(checkpoints.resolve("best"));
    checkpointer.tell(new Checkpointer.Judged(7, true, 3));
    Checkpointer.BestMissed missed = (Checkpointer.BestMissed) heard();
    assertThat(missed.failed()).isTrue();
    assertThat(missed.reason()).contains(checkpoints.resolve("best").toString());
  }

  private void requireFailed(boolean last) {
    Checkpointer.SaveFailed failed = listener.expectMessageClass(Checkpointer.SaveFailed.class);
    assertThat(failed.step()).isEqualTo(5);
    assertThat(failed.reason()).contains(checkpoints.toString());
    assertThat(failed.last()).isEqualTo(last);
  }

  /** Nothing can be written into a folder that is a file, not even by root. */
  private void breakFolder() throws IOException {
    Files.delete(checkpoints);
    Files.createFile(checkpoints);
  }

  private void mendFolder() throws IOException {
    Files.delete(checkpoints);
    Files.createDirectory(checkpoints);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(checkpoints)) {
      return entries.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void saysWhatItSavedAndGivesTheStateBack() throws Exception {
    save(5);
    Checkpointer.Saved saved = listener.expectMessageClass(Checkpointer.Saved.class);
    Path file = checkpoints.resolve("step-000000005.ckpt");
    assertThat(saved.file().step()).isEqualTo(5);
    assertThat(saved.file().file()).isEqualTo(file);
    assertThat(saved.file().bytes()).isEqualTo(Files.size(file));
    assertThat(states.available()).isEqualTo(1);
  }

  @Test
  void triesAgainAfterPausesThatDoubleAndThenGivesUp() throws Exception {
    breakFolder();
    save(5);
    requireFailed(false);
    for (int pause = 10; pause <= 40; pause *= 2) {
      time.expectNoMessageFor(Duration.ofMillis(pause * 1000 - 1), listener);
      assertThat(states.available()).isZero();
      time.timePasses(Duration.ofMillis(1));
      requireFailed(pause == 40);
    }
    assertThat(states.available()).isEqualTo(1);
    time.expectNoMessageFor(Duration.ofHours(1), listener);
  }

  @Test
  void aStateThatALaterOneFollowsIsNotTriedAgain() throws Exception {
    breakFolder();
    save(5);
    requireFailed(false);
    checkpointer.tell(Checkpointer.Order.LET_GO);
    time.expectNoMessageFor(Duration.ofHours(1), listener);
    assertThat(states.available()).isEqualTo(1);

    mendFolder();
    save(6);
    assertThat(listener.expectMessageClass(Checkpointer.Saved.class).file().step()).isEqualTo(6);
    assertThat(files()).containsExactly("step-000000006.ckpt");
  }

  @Test
  void savesOnALaterAttempt() throws Exception {
    breakFolder();
    save(5);
    requireFailed(false);
    mendFolder();
    time.timePasses(RETRY);
    assertThat(listener.expectMessageClass(Checkpointer.Saved.class).file().step()).isEqualTo(5);
    assertThat(files()).containsExactly("step-000000005.ckpt");
    assertThat(states.available()).isEqualTo(1);
    time.expectNoMessageFor(Duration.ofHours(1), listener);
  }

  @Test
  void keepsAsManyFilesAsItWasToldLast() throws Exception {
    for (long step = 1; step <= 4; step++) {
      save(step);
      listener.expectMessageClass(Checkpointer.Saved.class);
    }
    assertThat(files())
        .containsExactly("step-000000002.ckpt", "step-000000003.ckpt", "step-000000004.ckpt");
    checkpointer.tell(new Checkpointer.Keep(1));
    save(5);
    listener.expectMessageClass(Checkpointer.Saved.class);
    assertThat(files()).containsExactly("step-000000005.ckpt");
  }

  /** A folder in a file's place cannot be removed while there is something in it. */
  @Test
  void aSaveIsDoneThoughOlderFilesCannotBeRemoved() throws Exception {
    save(1);
    heard();
    Path stubborn = checkpoints.resolve("best/step-000000000.ckpt");
    Files.createDirectories(stubborn.resolve("something"));
    checkpointer.tell(new Checkpointer.Judged(1, true, 1));
    Checkpointer.BestKept kept = listener.expectMessageClass(Checkpointer.BestKept.class);
    assertThat(kept.notRemoved().orElseThrow()).contains(stubborn.toString());

    save(2);
    Checkpointer.Saved saved = listener.expectMessageClass(Checkpointer.Saved.class);
    assertThat(saved.notRemoved().orElseThrow()).contains(stubborn.toString());
    assertThat(states.available()).isEqualTo(1);

    Files.delete(stubborn.resolve("something"));
    save(3);
    saved = listener.expectMessageClass(Checkpointer.Saved.class);
    assertThat(saved.notRemoved()).isEmpty();
    assertThat(stubborn).doesNotExist();
  }

  /** The file that training goes on from bears the redraws, whenever the process is killed. */
  @Test
  void afterACollapseTheBestStateIsTheNewest() throws Exception {
    for (long step = 1; step <= 3; step++) {
      save(step);
      heard();
      if (step == 2) {
        checkpointer.tell(new Checkpointer.Judged(step, true, 1));
        assertThat(heard()).isInstanceOf(Checkpointer.BestKept.class);
      }
    }
    try (TrainingState state = new TrainingState(training)) {
      checkpointer.tell(new Checkpointer.RestoreBest(state, 5));
      assertThat(listener.expectMessageClass(Checkpointer.Saved.class).file().step()).isEqualTo(2);
      Checkpointer.Restored restored = listener.expectMessageClass(Checkpointer.Restored.class);
      assertThat(restored.rejected()).singleElement().asString().contains("step-000000003");
      assertThat(state.progress().step()).isEqualTo(2);
      assertThat(state.progress().redraws()).isEqualTo(5);

      state.setProgress(new TrainingState.Progress(0, 0, 0, 0));
      checkpointer.tell(new Checkpointer.Restore(state, OptionalLong.empty()));
      heard();
      assertThat(state.progress().step()).isEqualTo(2);
      assertThat(state.progress().redraws()).isEqualTo(5);
    }
  }

  @Test
  void aStateThatIsNotFiniteIsNotTriedAgain() {
    Lease<TrainingState> state = states.tryLease().orElseThrow();
    state.value().copyFrom(training, 5);
    state.value().average().array().assign(Float.NaN);
    checkpointer.tell(new Checkpointer.Save(state));

    Checkpointer.SaveFailed failed = listener.expectMessageClass(Checkpointer.SaveFailed.class);

    assertThat(failed.diverged()).isTrue();
    assertThat(failed.last()).isTrue();
    assertThat(states.available()).isEqualTo(1);
    time.expectNoMessageFor(Duration.ofHours(1), listener);
  }
}
