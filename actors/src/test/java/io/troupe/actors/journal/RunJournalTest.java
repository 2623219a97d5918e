package io.troupe.actors.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.supervision.Mailboxes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class RunJournalTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant TIME = Instant.parse("2024-02-29T12:00:00.250Z");

  private static final Duration PAUSE = Duration.ofMillis(20);

  @TempDir private Path folder;

  private final TestProbe<RunJournal.Event> listener = KIT.createTestProbe();
  private final TestProbe<Plotter.Command> plotter = KIT.createTestProbe();
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("events.jsonl");
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  /** The file's lines once there are as many as wanted. */
  private List<String> afterWriting(int wanted, JournalEvent... events) {
    ActorRef<RunJournal.Command> journal =
        KIT.spawn(RunJournal.create(file, PAUSE, listener.getRef()), Mailboxes.ownThread());
    for (JournalEvent event : events) {
      journal.tell(new RunJournal.Write(event));
    }
    List<String> lines =
        KIT.createTestProbe()
            .awaitAssert(
                Duration.ofMinutes(1),
                () -> {
                  String content = Files.readString(file);
                  assertThat(content.split("\n", -1)).hasSize(wanted + 1);
                  assertThat(content).endsWith("\n");
                  return content.lines().toList();
                });
    KIT.stop(journal);
    return lines;
  }

  private static JournalEvent event(RunEvent kind, Map<String, Object> details) {
    return new JournalEvent(TIME, kind, 7, details);
  }

  @Test
  void writesEachEventAsALineOfJson() throws Exception {
    List<String> lines =
        afterWriting(
            2,
            event(RunEvent.EVALUATION_FINISHED, Map.of("scores", Map.of("fd_random", 1.5))),
            event(RunEvent.FAILED, Map.of("reason", "two\nlines, \"quotes\" and \u00e9")));
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.get("time").asText()).isEqualTo("2024-02-29T12:00:00.250Z");
    assertThat(first.get("event").asText()).isEqualTo("evaluation-finished");
    assertThat(first.get("step").asLong()).isEqualTo(7);
    assertThat(first.get("scores").get("fd_random").asDouble()).isEqualTo(1.5);
    assertThat(JSON.readTree(lines.get(1)).get("reason").asText())
        .isEqualTo("two\nlines, \"quotes\" and \u00e9");
  }

  @Test
  void saysWhenEverythingBeforeIsInTheFile() throws Exception {
    TestProbe<RunJournal.Flushed> flushed = KIT.createTestProbe();
    ActorRef<RunJournal.Command> journal =
        KIT.spawn(RunJournal.create(file, PAUSE, listener.getRef()), Mailboxes.ownThread());
    for (int i = 0; i < 500; i++) {
      journal.tell(new RunJournal.Write(event(RunEvent.STEP, Map.of("number", i))));
    }
    journal.tell(new RunJournal.Flush(flushed.getRef()));
    flushed.expectMessage(Duration.ofMinutes(1), RunJournal.Flushed.INSTANCE);
    assertThat(Files.readAllLines(file)).hasSize(500);
    KIT.stop(journal);
  }

  @Test
  void numbersThatJsonLacksAreTexts() throws Exception {
    List<String> lines =
        afterWriting(
            2,
            event(RunEvent.STEP, Map.of("discriminator_loss", Double.NaN)),
            event(RunEvent.STEP, Map.of("discriminator_loss", Double.NEGATIVE_INFINITY)));
    // Jackson's parser, as set up here, refuses the bare words.
    assertThat(JSON.readTree(lines.get(0)).get("discriminator_loss").isTextual()).isTrue();
    assertThat(JSON.readTree(lines.get(1)).get("discriminator_loss").asText())
        .isEqualTo("-Infinity");
  }

  @Test
  void removesALineThatACrashCutShort() throws Exception {
    Files.writeString(file, "{\"event\":\"started\"}\n{\"event\":\"st");
    List<String> lines = afterWriting(2, event(RunEvent.RESUMED, Map.of()));
    assertThat(lines.get(0)).isEqualTo("{\"event\":\"started\"}");
    assertThat(JSON.readTree(lines.get(1)).get("event").asText()).isEqualTo("resumed");
  }

  @Test
  void removesAFirstLineThatACrashCutShort() throws Exception {
    Files.writeString(file, "{\"event\":\"st");
    List<String> lines = afterWriting(1, event(RunEvent.STARTED, Map.of()));
    assertThat(JSON.readTree(lines.get(0)).get("event").asText()).isEqualTo("started");
  }

  @Test
  void goesOnAfterCompleteLines() throws Exception {
    List<String> before = afterWriting(1, event(RunEvent.STARTED, Map.of()));
    assertThat(afterWriting(2, event(RunEvent.RESUMED, Map.of()))).startsWith(before.get(0));
  }

  /** Writes so many events, of steps from 1; they are dealt with when this returns. */
  private ActorRef<RunJournal.Command> write(int events) {
    ActorRef<RunJournal.Command> journal =
        KIT.spawn(RunJournal.create(file, PAUSE, listener.getRef()), Mailboxes.ownThread());
    for (int step = 1; step <= events; step++) {
      journal.tell(new RunJournal.Write(new JournalEvent(TIME, RunEvent.STEP, step, Map.of())));
    }
    journal.tell(new RunJournal.Show(plotter.getRef()));
    plotter.expectMessage(Plotter.Command.REDRAW);
    return journal;
  }

  private RunJournal.CaughtUp awaitCaughtUp() {
    List<RunJournal.Event> heard =
        listener.fishForMessage(
            Duration.ofMinutes(1),
            event ->
                event instanceof RunJournal.CaughtUp
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore());
    return (RunJournal.CaughtUp) heard.get(0);
  }

  private List<Long> steps() throws Exception {
    List<Long> steps = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode event = JSON.readTree(line);
      if (event.get("event").asText().equals("step")) {
        steps.add(event.get("step").asLong());
      }
    }
    return steps;
  }

  @Test
  void whatCannotBeWrittenIsWrittenLater() throws Exception {
    Files.createDirectory(file);
    ActorRef<RunJournal.Command> journal = write(3);
    RunJournal.Failing failing = listener.expectMessageClass(RunJournal.Failing.class);
    assertThat(failing.reason()).contains(file.toString());
    assertThat(failing.waiting()).isEqualTo(1);
    // Far more attempts than any limit of restarts.
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(listener.expectMessageClass(RunJournal.Failing.class).waiting()).isEqualTo(3);
    }
    Files.delete(file);
    assertThat(awaitCaughtUp()).isEqualTo(new RunJournal.CaughtUp(3, 0));
    assertThat(steps()).containsExactly(1L, 2L, 3L);
    journal.tell(new RunJournal.Write(new JournalEvent(TIME, RunEvent.STEP, 4, Map.of())));
    journal.tell(new RunJournal.Show(plotter.getRef()));
    plotter.expectMessage(Plotter.Command.REDRAW);
    assertThat(steps()).containsExactly(1L, 2L, 3L, 4L);
    KIT.stop(journal);
  }

  @Test
  void aFullDiskIsSaidAndGotOver() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    Files.createSymbolicLink(file, full);
    ActorRef<RunJournal.Command> journal = write(2);
    assertThat(listener.expectMessageClass(RunJournal.Failing.class).reason())
        .contains("No space left on device");
    Files.delete(file);
    awaitCaughtUp();
    assertThat(steps()).containsExactly(1L, 2L);
    KIT.stop(journal);
  }

  @Test
  void ofTooManyTheOldestAreDroppedAndTheFileSaysHowMany() throws Exception {
    Files.createDirectory(file);
    ActorRef<RunJournal.Command> journal = write(RunJournal.MAX_WAITING + 5);
    Files.delete(file);
    awaitCaughtUp();
    JsonNode first = JSON.readTree(Files.readAllLines(file).get(0));
    assertThat(first.get("event").asText()).isEqualTo("journal-gap");
    assertThat(first.get("lost").asLong()).isEqualTo(5);
    assertThat(steps()).hasSize(RunJournal.MAX_WAITING).startsWith(6L).isSorted();
    KIT.stop(journal);
  }

  @Test
  void aFileThatIsRemovedIsMadeAnew() throws Exception {
    ActorRef<RunJournal.Command> journal = write(2);
    Files.delete(file);
    journal.tell(new RunJournal.Write(new JournalEvent(TIME, RunEvent.STEP, 3, Map.of())));
    journal.tell(new RunJournal.Show(plotter.getRef()));
    plotter.expectMessage(Plotter.Command.REDRAW);
    assertThat(steps()).containsExactly(3L);
    KIT.stop(journal);
  }

  @Test
  void whatWaitsIsTriedOnceMoreAtTheEnd() throws Exception {
    Files.createDirectory(file);
    ActorRef<RunJournal.Command> journal =
        KIT.spawn(
            RunJournal.create(file, Duration.ofHours(1), listener.getRef()), Mailboxes.ownThread());
    journal.tell(new RunJournal.Write(new JournalEvent(TIME, RunEvent.STEP, 1, Map.of())));
    listener.expectMessageClass(RunJournal.Failing.class);
    Files.delete(file);
    KIT.stop(journal);
    assertThat(steps()).containsExactly(1L);
  }
}
