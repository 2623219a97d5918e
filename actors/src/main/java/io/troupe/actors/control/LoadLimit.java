package io.troupe.actors.control;

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
  private final String id;
  private final Semaphore threads;

  /**
   * A limit for a server.
   *
   * @param id the daemon's identity
   * @param maxThreads that requests other than health checks may hold at a time
   */
  LoadLimit(CpuBudget budget, String id, int maxThreads) {
    this.budget = budget;
    this.id = id;
    threads = new Semaphore(maxThreads);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    budget.payAndWait();
    boolean counted = !Request.getPathInContext(request).startsWith(HEALTH);
    if (counted && !threads.tryAcquire()) {
      turnAway(response, callback);
      return true;
    }
    try {
      return super.handle(request, response, callback);
    } finally {
      if (counted) {
        threads.release();
      }
      budget.pay();
    }
  }

  /** Does not block, whatever the client does. */
  private void turnAway(Response response, Callback callback) {
    response.setStatus(HttpStatus.SERVICE_UNAVAILABLE.getCode());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    response.getHeaders().put(Identity.HEADER, id);
    String problem =
        Problem.render(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Slow clients hold all threads for such requests; nothing was done, try again.",
            Map.of());
    Content.Sink.write(response, true, problem, callback);
  }
}
