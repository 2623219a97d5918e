package io.troupe.actors.http;

import io.javalin.http.HttpStatus;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What stands before all requests: it lets them pay for their CPU time, and keeps threads free for
 * the health checks when clients send or read so slowly that they hold all others.
 */
final class LoadLimit extends Handler.Wrapper {
  private static final String HEALTH = "/-/";

  private final CpuBudget budget;
  private final CpuBudget healthBudget;
  private final Map<String, String> headers;
  private final Semaphore threads;

  /**
   * A limit for a server.
   *
   * @param healthBudget what health checks pay
   * @param headers what every answer bears
   * @param maxThreads that requests other than health checks may hold at a time
   */
  LoadLimit(CpuBudget budget, CpuBudget healthBudget, Map<String, String> headers, int maxThreads) {
    this.budget = budget;
    this.healthBudget = healthBudget;
    this.headers = headers;
    threads = new Semaphore(maxThreads);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (Request.getPathInContext(request).startsWith(HEALTH)) {
      return handle(healthBudget, request, response, callback);
    }
    // Before it waits: who waits holds a thread too.
    if (!threads.tryAcquire()) {
      turnAway(response, callback);
      budget.pay();
      return true;
    }
    try {
      return handle(budget, request, response, callback);
    } finally {
      threads.release();
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
