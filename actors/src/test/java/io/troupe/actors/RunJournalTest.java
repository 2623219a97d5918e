package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJournalTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant TIME = Instant.parse("2024-02-29T12:00:00.250Z");

  @TempDir private Path folder;

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
        KIT.spawn(RunJournal.create(file), Mailboxes.ownThread());
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

  private static JournalEvent event(String name, Map<String, Object> details) {
    return new JournalEvent(TIME, name, 7, details);
  }

  @Test
  void writesEachEventAsALineOfJson() throws Exception {
    List<String> lines =
        afterWriting(
            2,
            event("evaluation-finished", Map.of("scores", Map.of("fd_random", 1.5))),
            event("failed", Map.of("reason", "two\nlines, \"quotes\" and \u00e9")));
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.get("time").asText()).isEqualTo("2024-02-29T12:00:00.250Z");
    assertThat(first.get("event").asText()).isEqualTo("evaluation-finished");
    assertThat(first.get("step").asLong()).isEqualTo(7);
    assertThat(first.get("scores").get("fd_random").asDouble()).isEqualTo(1.5);
    assertThat(JSON.readTree(lines.get(1)).get("reason").asText())
        .isEqualTo("two\nlines, \"quotes\" and \u00e9");
  }

  @Test
  void numbersThatJsonLacksAreTexts() throws Exception {
    List<String> lines =
        afterWriting(
            2,
            event("step", Map.of("discriminator_loss", Double.NaN)),
            event("step", Map.of("discriminator_loss", Double.NEGATIVE_INFINITY)));
    // Jackson's parser, as set up here, refuses the bare words.
    assertThat(JSON.readTree(lines.get(0)).get("discriminator_loss").isTextual()).isTrue();
    assertThat(JSON.readTree(lines.get(1)).get("discriminator_loss").asText())
        .isEqualTo("-Infinity");
  }

  @Test
  void removesALineThatACrashCutShort() throws Exception {
    Files.writeString(file, "{\"event\":\"started\"}\n{\"event\":\"st");
    List<String> lines = afterWriting(2, event("resumed", Map.of()));
    assertThat(lines.get(0)).isEqualTo("{\"event\":\"started\"}");
    assertThat(JSON.readTree(lines.get(1)).get("event").asText()).isEqualTo("resumed");
  }

  @Test
  void removesAFirstLineThatACrashCutShort() throws Exception {
    Files.writeString(file, "{\"event\":\"st");
    List<String> lines = afterWriting(1, event("started", Map.of()));
    assertThat(JSON.readTree(lines.get(0)).get("event").asText()).isEqualTo("started");
  }

  @Test
  void goesOnAfterCompleteLines() throws Exception {
    List<String> before = afterWriting(1, event("started", Map.of()));
    assertThat(afterWriting(2, event("resumed", Map.of()))).startsWith(before.get(0));
  }
}
