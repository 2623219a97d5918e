package io.troupe.actors.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.actors.listening.Listening;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervision.Mailboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("process")
class TensorBoardTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path root;

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  @Test
  void saysThatItFailsAndWritesAllWhenItCan() throws Exception {
    Path folder = root.resolve("tensorboard");
    Files.writeString(folder, "a file in the folder's place");
    Path journal = root.resolve("events.jsonl");
    Files.writeString(
        journal,
        """
        {"time":"2026-01-02T03:04:05Z","event":"step","step":1,"generator_loss":1.5}
        """);
    TestProbe<Listening.Event> listener = KIT.createTestProbe();
    ActorRef<Listening.Command> board =
        KIT.spawn(
            Listening.create(
                new TensorBoard(),
                new RunDirectory(root),
                TinyRun.settings(),
                Duration.ofMillis(10),
                listener.getRef()),
            Mailboxes.ownThread());
    Listening.HearingFailed failed = listener.expectMessageClass(Listening.HearingFailed.class);
    assertThat(failed.listener()).isEqualTo(new Helper("tensorboard"));
    assertThat(failed.reason()).contains("tensorboard");
    Files.delete(folder);
    listener.fishForMessage(
        Duration.ofSeconds(20),
        event ->
            event instanceof Listening.Heard
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
    assertThat(EventReader.known(folder))
        .extracting(EventReader.Value::tag)
        .containsExactly("settings", "loss/generator");
    KIT.stop(board);
  }

  @Test
  void aRunAndWhatFollowsItAreInTheFolder() throws Exception {
    run("training.steps=6", "sampling.every=3", "checkpoints.every=4");
    run("training.steps=8", "sampling.every=3", "checkpoints.every=4");
    List<EventReader.Value> known = EventReader.known(root.resolve("tensorboard"));
    assertThat(steps(known, "loss/discriminator"))
        .isEqualTo(LongStream.rangeClosed(1, 8).boxed().toList());
    assertThat(steps(known, "samples")).contains(3L, 6L, 8L);
    assertThat(known)
        .filteredOn(value -> value.tag().equals("settings"))
        .singleElement()
        .satisfies(value -> assertThat(value.text()).contains("| training.steps | 8 |"));
    assertThat(known)
        .filteredOn(value -> value.tag().equals("settings_changes"))
        .extracting(EventReader.Value::text)
        .containsExactly("`training.steps`: 6 → 8");
  }

  private static List<Long> steps(List<EventReader.Value> known, String tag) {
    return known.stream()
        .filter(value -> value.tag().equals(tag))
        .map(EventReader.Value::step)
        .toList();
  }

  @Test
  void canBeSwitchedOff() throws Exception {
    run("training.steps=2", "sampling.every=0", "tensorboard.enabled=false");
    assertThat(root.resolve("events.jsonl")).exists();
    assertThat(root.resolve("tensorboard")).doesNotExist();
  }

  private void run(String... overrides) throws Exception {
    TrainingRun run = TrainingRun.start(TinyRun.settings(overrides), root);
    run.outcome().toCompletableFuture().get(2, TimeUnit.MINUTES);
    assertThat(run.await().failed()).isFalse();
  }
}
