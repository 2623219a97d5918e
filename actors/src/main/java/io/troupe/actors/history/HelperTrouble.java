package io.troupe.actors.history;

import java.time.Instant;
import java.util.Optional;

/** A helper that fails while its run goes on. */
public record HelperTrouble(String helper, Optional<Instant> since, long failures, String cause) {}
