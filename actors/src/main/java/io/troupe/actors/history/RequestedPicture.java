package io.troupe.actors.history;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Pictures that somebody asked a run for, in one file.
 *
 * @param step of the generator
 * @param text what they are
 */
public record RequestedPicture(
    String file, Instant at, long bytes, OptionalLong step, Optional<String> text) {}
