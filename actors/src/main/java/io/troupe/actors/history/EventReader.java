package io.troupe.actors.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.JournalEntry;
import io.troupe.actors.run.JournalTail;
import io.troupe.actors.run.RunEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads events from the end of a journal backwards. */
final class EventReader {
  private static final int CHUNK = 1 << 16;

  /** Of the file for one page. */
  private static final long MOST_SCANNED = 1 << 24;

  /** Of JSON in one page. */
  private static final long MOST_TAKEN = 1 << 22;

  private static final String STEP = RunEvent.STEP.label();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventPage.Query query;
  private final String text;
  private final List<JsonNode> events = new ArrayList<>();
  private long taken;

  EventReader(EventPage.Query query) {
    this.query = query;
    text = query.text().toLowerCase(Locale.ROOT);
  }

  /** The events found so far, newest first. */
  List<JsonNode> events() {
    return events;
  }

  /**
   * Reads lines that end at a byte, or before it, until the page is full.
   *
   * @return where the next page's lines end; empty if there is none
   */
  OptionalLong read(Path file, long before) throws IOException {
    long end = before;
    long scanned = 0;
    int size = CHUNK;
    boolean dropping = false;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      end = Math.min(end, channel.size());
      while (end > 0 && scanned < MOST_SCANNED && !isFull()) {
        long start = Math.max(0, end - size);
        byte[] bytes = bytes(channel, start, (int) (end - start));
        scanned += bytes.length;
        int stop = bytes.length;
        while (stop > 0 && !isFull()) {
          int from = lastNewline(bytes, dropping ? stop - 1 : stop - 2) + 1;
          if (from == 0 && start > 0) {
            break; // Its beginning is in front of these bytes.
          }
          if (!dropping) {
            take(bytes, from, stop);
          }
          dropping = false;
          stop = from;
        }
        if (stop < bytes.length) {
          end = start + stop;
          size = CHUNK;
        } else if (size < JournalTail.LONGEST_LINE) {
          size *= 2;
        } else {
          dropping = true;
          end = start;
          size = CHUNK;
        }
      }
    }
    return end > 0 ? OptionalLong.of(end) : OptionalLong.empty();
  }

  private boolean isFull() {
    return events.size() >= query.limit() || taken > MOST_TAKEN;
  }

  private static byte[] bytes(FileChannel channel, long start, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && channel.read(buffer, start + buffer.position()) > 0) {
      // Until it is full, or the file has become shorter.
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private static int lastNewline(byte[] bytes, int from) {
    int i = from;
    while (i >= 0 && bytes[i] != '\n') {
      i--;
    }
    return i;
  }

  private void take(byte[] bytes, int from, int stop) {
    boolean step = JournalEntry.isStep(bytes, from, stop - from);
    if (step && !query.kinds().contains(STEP)) {
      return;
    }
    String line = new String(bytes, from, stop - from, StandardCharsets.UTF_8).strip();
    if (!text.isEmpty() && !line.toLowerCase(Locale.ROOT).contains(text)) {
      return;
    }
    try {
      JsonNode event = JSON.readTree(line);
      String kind = event.path("event").asText();
      boolean wanted = query.kinds().isEmpty() ? !kind.equals(STEP) : query.kinds().contains(kind);
      if (event.path("event").isTextual() && wanted) {
        events.add(event);
        taken += line.length();
      }
    } catch (IOException e) {
      // No event; the journal's counts say how many such lines there are.
      return;
    }
  }
}
