package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.history.RunHistory;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What living daemons say of their runs. */
@FunctionalInterface
public interface LiveStatus {
  /**
   * What {@code GET /api/v1/status} of the run's daemon answers: how the run is, or, while it
   * starts, what the start is at, in the member {@code starting}. Empty if no daemon lives or it
   * says nothing in time. Never fails, never blocks.
   */
  CompletableFuture<Optional<JsonNode>> of(RunHistory run);
}
