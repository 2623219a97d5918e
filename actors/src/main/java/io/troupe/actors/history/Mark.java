package io.troupe.actors.history;

/**
 * Something that happened at a step, to be marked on curves.
 *
 * @param kind checkpoint, rollback, settings, resumed or failed
 * @param text in words; empty if the kind says all
 */
public record Mark(long step, String kind, String text) {}
