package io.troupe.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The newest events of a journal as sentences, without those of each step. */
final class RecentEvents implements AutoCloseable {
  /** What happened. */
  record Event(Optional<Instant> time, long step, String text) {}

  private static final int LINES = 5000;
  private static final int MOST = 200;
  private static final Set<String> UNTOLD =
      Set.of("time", "event", "step", "file", "seconds", "bytes", "sha256", "protocol", "preset");

  private final GrowingLog journal;
  private final Deque<Event> events = new ArrayDeque<>();
  private boolean begun;

  RecentEvents(Path journal) {
    this.journal = new GrowingLog(journal);
  }

  /** The events, the newest last, as the file has them now. */
  List<Event> newest() throws IOException {
    if (!begun) {
      journal.skipTo(LINES);
      begun = true;
    }
    journal.more(this::add);
    return List.copyOf(events);
  }

  private void add(String line) {
    JsonNode event;
    try {
      event = Json.mapper().readTree(line);
    } catch (JsonProcessingException e) {
      return; // 'status' and the page count such lines.
    }
    String name = event.path("event").asText();
    if (name.isEmpty() || name.equals("step")) {
      return;
    }
    if (events.size() == MOST) {
      events.removeFirst();
    }
    events.addLast(
        new Event(instant(event.path("time").asText()), event.path("step").asLong(), text(event)));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode event) {
    List<String> parts = new ArrayList<>();
    add(parts, event);
    String name = event.path("event").asText();
    return parts.isEmpty() ? name : name + ": " + String.join(", ", parts);
  }

  private static void add(List<String> parts, JsonNode object) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      if (UNTOLD.contains(member.getKey()) || value.isNull()) {
        continue;
      }
      if (value.isObject()) {
        add(parts, value);
      } else {
        parts.add(
            "%s %s"
                .formatted(
                    member.getKey().replace('_', ' '),
                    value.isDouble() ? Figures.number(value.asDouble()) : value.asText()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
