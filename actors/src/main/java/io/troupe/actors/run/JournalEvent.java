package io.troupe.actors.run;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened in a run: one line of events.jsonl.
 *
 * @param step the last finished iteration when it happened, or whose networks it is about
 * @param details numbers, texts and maps of them
 */
public record JournalEvent(Instant time, RunEvent event, long step, Map<String, Object> details) {}
