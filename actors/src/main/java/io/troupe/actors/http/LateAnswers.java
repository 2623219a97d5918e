package io.troupe.actors.http;

import io.javalin.config.Key;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The requests that are answered later. When the server ends, those that have no answer by then are
 * told so. Thread-safe.
 */
public final class LateAnswers {
  static final Key<LateAnswers> KEY = new Key<>("late-answers");

  /** What whoever has no answer is told. */
  static final String ENDS = "The server is ending; what was asked for may still happen.";

  private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private volatile boolean ended;

  LateAnswers() {}

  /**
   * Lets a request be answered later.
   *
   * @param answer begins what is asked for; ends when the answer is written, or fails with a
   *     problem
   */
  public static void await(Context ctx, Supplier<CompletableFuture<?>> answer) {
    ctx.future(() -> ctx.appData(KEY).keep(answer.get()));
  }

  private CompletableFuture<?> keep(CompletableFuture<?> answer) {
    Object key = new Object();
    open.put(key, answer);
    if (ended) {
      fail(answer);
    }
    return answer.whenComplete((written, failure) -> open.remove(key));
  }

  /** Answers all that are open, and those that come now. */
  void end() {
    ended = true;
    open.values().forEach(LateAnswers::fail);
  }

  private static void fail(CompletableFuture<?> answer) {
    answer.completeExceptionally(Problem.of(HttpStatus.SERVICE_UNAVAILABLE, ENDS));
  }
}
