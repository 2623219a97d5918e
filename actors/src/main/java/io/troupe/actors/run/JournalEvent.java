package io.troupe.actors.run;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened in a run: one line of events.jsonl.
 *
 * @param event what: started, resumed, step, evaluation-started, evaluation-finished,
 *     evaluation-failed, evaluation-cancelled, grid, checkpoint, checkpoint-failed,
 *     checkpoint-skipped, command, paused, settings, segment, dataset, rollback, degraded,
 *     recovered, journal-gap, stopping, stopped, failed
 * @param step the last finished iteration when it happened, or whose networks it is about
 * @param details numbers, texts and maps of them
 */
public record JournalEvent(Instant time, String event, long step, Map<String, Object> details) {}
