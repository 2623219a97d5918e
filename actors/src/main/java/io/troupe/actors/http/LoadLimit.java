package io.troupe.actors.http;

import io.javalin.http.HttpStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What stands before all requests: it lets them pay for their CPU time, and keeps threads free for
 * the health checks when clients send or read so slowly that they hold all others. Who finds no
 * thread waits without one; who was answered longest ago, or not at all by this connection, comes
 * first, so that whoever asks now and then does not wait for those who ask without a pause.
 */
final class LoadLimit extends Handler.Wrapper {
  private static final String HEALTH = "/-/";

  /** Of a connection: the number of its last request. */
  private static final String LAST = LoadLimit.class.getName();

  /** Who is turned away comes again, and that costs as much as an answer. */
  private static final long MAX_WAIT_MILLIS = 10_000;

  private final CpuBudget budget;
  private final CpuBudget healthBudget;
  private final Map<String, String> headers;
  private final BooleanSupplier isFull;

  /** Not more than there are connections, which have one request each at a time. */
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.<Waiting>comparingLong(one -> one.last).thenComparingLong(one -> one.number));

  private int threads;
  private long requests;

  /**
   * A limit for a server.
   *
   * @param healthBudget what health checks pay
   * @param headers what every answer bears
   * @param threads that requests other than health checks may hold at a time
   * @param isFull whether no more connections are accepted: then each ends with its answer
   */
  LoadLimit(
      CpuBudget budget,
      CpuBudget healthBudget,
      Map<String, String> headers,
      int threads,
      BooleanSupplier isFull) {
    this.budget = budget;
    this.healthBudget = healthBudget;
    this.headers = headers;
    this.threads = threads;
    this.isFull = isFull;
  }

  /** A request that waits for a thread. */
  private final class Waiting implements Runnable {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final long last;
    private final long number;
    private final Scheduler.Task end;

    Waiting(Request request, Response response, Callback callback, long number) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.number = number;
      last = lastOf(request.getConnectionMetaData());
      end =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::expire, MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
      end.cancel();
      try {
        if (!serve(request, response, callback)) {
          Response.writeError(request, response, callback, HttpStatus.NOT_FOUND.getCode());
        }
      } catch (Exception | Error e) {
        Response.writeError(request, response, callback, e);
      }
    }

    private void expire() {
      boolean waits;
      synchronized (waiting) {
        waits = waiting.remove(this);
      }
      if (waits) {
        end.cancel();
        turnAway(response, callback);
        budget.pay();
      }
    }
  }

  /** Turns away who waits: the server ends. */
  void end() {
    List<Waiting> all;
    synchronized (waiting) {
      all = List.copyOf(waiting);
    }
    all.forEach(Waiting::expire);
  }

  private static long lastOf(ConnectionMetaData connection) {
    return connection.getAttribute(LAST) instanceof Long last ? last : 0;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (Request.getPathInContext(request).startsWith(HEALTH)) {
      return handle(healthBudget, request, response, callback);
    }
    boolean waits;
    synchronized (waiting) {
      requests++;
      waits = threads == 0;
      if (waits) {
        waiting.add(new Waiting(request, response, callback, requests));
      } else {
        threads--;
      }
      request.getConnectionMetaData().setAttribute(LAST, requests);
    }
    if (!waits) {
      return serve(request, response, callback);
    }
    // Or this thread's next answer would wait until all that it read for others is covered.
    budget.pay();
    return true;
  }

  /** By a thread that was counted; afterwards it is the next one's. */
  private boolean serve(Request request, Response response, Callback callback) throws Exception {
    try {
      if (isFull.getAsBoolean()) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
      }
      return handle(budget, request, response, callback);
    } finally {
      Waiting next;
      synchronized (waiting) {
        next = waiting.poll();
        threads += next == null ? 1 : 0;
      }
      if (next != null) {
        getServer().getThreadPool().execute(next);
      }
    }
  }

  private boolean handle(CpuBudget payee, Request request, Response response, Callback callback)
      throws Exception {
    try {
      payee.payAndWait();
      return super.handle(request, response, callback);
    } finally {
      payee.pay();
    }
  }

  /** Does not block, whatever the client does. */
  private void turnAway(Response response, Callback callback) {
    response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.getCode());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.TYPE);
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    headers.forEach(response.getHeaders()::put);
    String problem =
        Problem.render(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Others hold all threads for such requests; nothing was done, try again.",
            Map.of());
    Content.Sink.write(response, true, problem, callback);
  }
}
