package io.troupe.actors.studio;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.view.RunLookup;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Hands what is asked of a run on to its living daemon, and the answer back as it is. */
final class ForwardRoutes {
  private static final String RUN = "/api/v1/runs/{run}/";
  private static final String DAEMON = "/api/v1/";
  private static final Duration PAUSE = AnswerTimes.beyond(AnswerTimes.SOON);
  private static final Duration WRITE = AnswerTimes.beyond(AnswerTimes.WRITTEN);
  private static final Duration EVALUATION = AnswerTimes.beyond(AnswerTimes.EVALUATED);

  private final RunLookup lookup;
  private final LivingDaemons daemons;
  private final Optional<String> token;
  private final Executor executor;
  private final BodyReader bodies = new BodyReader();

  ForwardRoutes(
      RunLookup lookup, LivingDaemons daemons, Optional<String> token, Executor executor) {
    this.lookup = lookup;
    this.daemons = daemons;
    this.token = token;
    this.executor = executor;
  }

  void addTo(RoutesConfig routes) {
    routes.post(RUN + "pause", ctx -> forward(ctx, "POST", "pause", PAUSE));
    routes.post(RUN + "resume", ctx -> forward(ctx, "POST", "resume", PAUSE));
    routes.post(RUN + "evaluate", this::evaluate);
    routes.post(RUN + "checkpoint", ctx -> forward(ctx, "POST", "checkpoint", WRITE));
    routes.post(RUN + "sample", ctx -> forward(ctx, "POST", "sample", WRITE));
    routes.post(RUN + "stop", ctx -> forward(ctx, "POST", "stop", WRITE));
    routes.patch(RUN + "settings", ctx -> forward(ctx, "PATCH", "settings", PAUSE));
    routes.get(RUN + "company", ctx -> forward(ctx, "GET", "company", AnswerTimes.GLANCE));
  }

  private void evaluate(Context ctx) throws IOException {
    if ("true".equals(ctx.queryParam("cancel"))) {
      forward(ctx, "POST", "evaluate?cancel=true", PAUSE);
    } else if ("true".equals(ctx.queryParam("wait"))) {
      forward(ctx, "POST", "evaluate?wait=true", EVALUATION);
    } else {
      forward(ctx, "POST", "evaluate", PAUSE);
    }
  }

  private void forward(Context ctx, String method, String path, Duration timeout)
      throws IOException {
    RunHistory run = lookup.run(ctx);
    String body = new String(bodies.read(ctx), StandardCharsets.UTF_8);
    ControlClient client;
    try {
      client = ControlClient.of(run.directory(), token);
    } catch (ControlException e) {
      throw Problem.of(HttpStatus.CONFLICT, e.getMessage());
    }
    LateAnswers.await(
        ctx,
        () ->
            client
                .forward(method, DAEMON + path, body, timeout)
                .handleAsync(
                    (response, failure) -> {
                      daemons.forget(run);
                      if (failure == null) {
                        answer(ctx, response);
                      } else {
                        Problem.write(
                            ctx, HttpStatus.BAD_GATEWAY, cause(failure).getMessage(), Map.of());
                      }
                      return ctx;
                    },
                    executor));
  }

  private static Throwable cause(Throwable failure) {
    return failure.getCause() == null ? failure : failure.getCause();
  }

  private static void answer(Context ctx, HttpResponse<String> response) {
    if (response.statusCode() == HttpStatus.UNAUTHORIZED.getCode()) {
      // A browser would take it for the studio's own question.
      Problem.write(
          ctx,
          HttpStatus.BAD_GATEWAY,
          "The run's daemon asks for its token; start the studio with the environment variable"
              + " TROUPE_CONTROL_TOKEN, or TROUPE_CONTROL_TOKEN_FILE, as for the daemon.",
          Map.of());
      return;
    }
    response.headers().firstValue("Retry-After").ifPresent(text -> ctx.header("Retry-After", text));
    ctx.status(response.statusCode())
        .header("Cache-Control", "no-store")
        .result(response.body())
        .contentType(response.headers().firstValue("Content-Type").orElse("application/json"));
  }
}
