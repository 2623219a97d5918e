package io.troupe.actors.studio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.http.Json;
import io.troupe.actors.view.LiveStatus;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Asks the daemons of living runs for their status: all at once, each at most once at a time, and
 * not again within a second. Whoever asks waits a moment at most; a daemon that is slow or hangs is
 * not waited for again until it has answered, and what it said last is given for a while.
 */
final class LivingDaemons implements LiveStatus {
  private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long STALE = TimeUnit.SECONDS.toNanos(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int PATIENCE_MILLIS = 700;

  private final Optional<String> token;
  private final Executor executor;
  private final LongSupplier clock;
  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  private static final class Known {
    private Optional<JsonNode> status = Optional.empty();
    private long saidAt;
    private long askedAt;
    private boolean isSlow;
    private CompletableFuture<Optional<JsonNode>> pending;
  }

  /**
   * Nobody was asked yet.
   *
   * @param token of the daemons that ask for one
   * @param executor has the answers
   * @param clock nanoseconds
   */
  LivingDaemons(Optional<String> token, Executor executor, LongSupplier clock) {
    this.token = token;
    this.executor = executor;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Optional<JsonNode>> of(RunHistory run) {
    Path root = run.directory().root();
    Optional<ControlClient> client = client(run);
    if (client.isEmpty()) {
      known.remove(root);
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Known of = known.computeIfAbsent(root, path -> new Known());
    synchronized (of) {
      if (of.pending == null) {
        if (of.saidAt != 0 && clock.getAsLong() - of.saidAt < FRESH) {
          return CompletableFuture.completedFuture(of.status);
        }
        ask(of, client.get());
      }
      Optional<JsonNode> last = last(of);
      if (of.isSlow || of.pending == null) {
        return CompletableFuture.completedFuture(last);
      }
      return of.pending
          .copy()
          .completeOnTimeout(last, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
          .thenApplyAsync(Function.identity(), executor);
    }
  }

  /** What is known of a run may have changed. */
  void forget(RunHistory run) {
    known.remove(run.directory().root());
  }

  private Optional<ControlClient> client(RunHistory run) {
    try {
      return Optional.of(ControlClient.of(run.directory(), token));
    } catch (ControlException e) {
      return Optional.empty(); // No daemon, or none that can be asked yet.
    }
  }

  private Optional<JsonNode> last(Known of) {
    return clock.getAsLong() - of.saidAt < STALE ? of.status : Optional.empty();
  }

  private void ask(Known of, ControlClient client) {
    of.askedAt = clock.getAsLong();
    CompletableFuture<Optional<JsonNode>> answer =
        client
            .forward("GET", "/api/v1/status", "", TIMEOUT)
            .handle(
                (response, failure) ->
                    said(of, failure == null ? json(response) : Optional.empty()));
    of.pending = answer.isDone() ? null : answer;
  }

  private Optional<JsonNode> said(Known of, Optional<JsonNode> status) {
    synchronized (of) {
      long now = clock.getAsLong();
      of.isSlow = now - of.askedAt > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
      of.pending = null;
      if (status.isPresent() || !of.isSlow) {
        of.status = status;
        of.saidAt = now;
      }
      return status;
    }
  }

  private static Optional<JsonNode> json(HttpResponse<String> response) {
    try {
      JsonNode answer = Json.mapper().readTree(response.body());
      return Optional.of(answer)
          .filter(says -> response.statusCode() == 200 || says.has("starting"));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
