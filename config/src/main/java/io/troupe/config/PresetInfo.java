package io.troupe.config;

/**
 * A preset that a run can start from.
 *
 * @param name as given on the command line
 * @param description one sentence: the first line of the preset's file
 */
public record PresetInfo(String name, String description) {}
