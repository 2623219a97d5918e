package io.troupe.actors.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.router.Endpoint;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as {@code application/problem+json} (RFC 9457). */
public final class Problem {
  /** The type of its content. */
  static final String TYPE = "application/problem+json";

  private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

  private static final int LONGEST_LINE = 300;

  private Problem() {}

  /** An error to throw from a handler. */
  public static HttpResponseException of(HttpStatus status, String detail) {
    return new HttpResponseException(status, detail, Map.of());
  }

  /** Writes an error as the response. */
  public static void write(Context ctx, HttpStatus status, String detail, Map<String, ?> members) {
    ctx.status(status).result(render(status, detail, members)).contentType(TYPE);
  }

  /** An error as JSON. */
  public static String render(HttpStatus status, String detail, Map<String, ?> members) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", status.getMessage());
    problem.put("status", status.getCode());
    problem.put("detail", detail);
    problem.putAll(members);
    return Json.render(problem);
  }

  /** Maps whatever handlers throw. */
  public static void addTo(RoutesConfig routes) {
    routes.exception(HttpResponseException.class, Problem::onResponse);
    routes.exception(
        TimeoutException.class,
        (e, ctx) ->
            write(
                ctx,
                HttpStatus.GATEWAY_TIMEOUT,
                "The daemon did not answer in time; what was asked for may still happen.",
                Map.of()));
    routes.exception(
        Exception.class,
        (e, ctx) -> {
          LOG.error("{} {} failed: {}", ctx.method(), route(ctx), brief(e));
          write(
              ctx,
              HttpStatus.INTERNAL_SERVER_ERROR,
              "The request failed inside the daemon; its log has the cause.",
              Map.of());
        });
  }

  /** The route and not the path, which a client may write what it likes into. */
  private static String route(Context ctx) {
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    return endpoint == null ? "no route" : endpoint.path;
  }

  /** In one line, because clients decide how often it is written. */
  private static String brief(Exception e) {
    String where =
        Arrays.stream(e.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("io.troupe."))
            .findFirst()
            .map(frame -> " at " + frame)
            .orElse("");
    String text = (e + where).replaceAll("\\p{Cntrl}+", " ");
    return text.substring(0, Math.min(LONGEST_LINE, text.length()));
  }

  private static void onResponse(HttpResponseException e, Context ctx) {
    HttpStatus status = HttpStatus.forStatus(e.getStatus());
    String detail = e.getMessage();
    if (status == HttpStatus.NOT_FOUND && detail.startsWith("Endpoint")) {
      detail = "There is nothing at " + ctx.path() + ".";
    } else if (status == HttpStatus.METHOD_NOT_ALLOWED) {
      String allowed = e.getDetails().values().stream().findFirst().orElse("");
      ctx.header("Allow", allowed);
      detail = "%s is not allowed at %s; allowed: %s.".formatted(ctx.method(), ctx.path(), allowed);
    }
    write(ctx, status, detail, Map.of());
  }
}
