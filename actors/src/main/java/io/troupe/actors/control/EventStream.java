package io.troupe.actors.control;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.http.sse.SseClient;
import io.troupe.actors.http.CpuBudget;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.JournalEvent;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends events to those who follow a run (server-sent events). Each follower has a thread and a
 * bounded queue; one that falls behind is cut off, and browsers then connect again.
 */
final class EventStream implements AutoCloseable {
  private static final int MAX_CLIENTS = 16;
  private static final int QUEUE = 256;
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final String END = "";

  private final Set<BlockingQueue<String>> queues = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MAX_CLIENTS);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "troupe-http-events");
            thread.setDaemon(true);
            return thread;
          });

  private final CpuBudget budget;

  /**
   * A stream without followers.
   *
   * @param budget pays for the followers' threads
   */
  EventStream(CpuBudget budget) {
    this.budget = budget;
  }

  /** Sends an event to all followers; never waits. */
  void publish(JournalEvent event) {
    String json = Json.render(RunJson.event(event));
    for (BlockingQueue<String> queue : queues) {
      if (!queue.offer(json)) {
        end(queue);
      }
    }
  }

  /** Answers a request with events until the follower leaves or the stream is closed. */
  void serve(Context ctx) {
    String accept = ctx.header("Accept");
    if (accept != null && !accept.contains("text/event-stream") && !accept.contains("*/*")) {
      throw Problem.of(HttpStatus.NOT_ACCEPTABLE, "Events come as text/event-stream; accept that.");
    }
    if (!places.tryAcquire()) {
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "%d clients follow the events already; try again later.".formatted(MAX_CLIENTS));
    }
    ctx.async(task -> task.executor = threads, () -> follow(ctx));
  }

  private void follow(Context ctx) throws InterruptedException {
    BlockingQueue<String> queue = new ArrayBlockingQueue<>(QUEUE);
    ctx.contentType("text/event-stream").header("Cache-Control", "no-store");
    ctx.res().setCharacterEncoding("UTF-8");
    queues.add(queue);
    try (SseClient client = new SseClient(ctx)) {
      client.sendComment("connected");
      while (!client.terminated()) {
        budget.pay();
        String json = queue.poll(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
        if (json == null) {
          client.sendComment("still here");
        } else if (json.equals(END)) {
          return;
        } else {
          client.sendEvent(json);
        }
      }
    } finally {
      queues.remove(queue);
      places.release();
    }
  }

  private void end(BlockingQueue<String> queue) {
    queues.remove(queue);
    queue.clear();
    queue.add(END);
  }

  @Override
  public void close() {
    threads.shutdown();
    queues.forEach(this::end);
  }
}
