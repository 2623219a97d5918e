package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.view.JsonBody;
import io.troupe.actors.view.PictureOrderJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Status, commands and settings: the JSON routes below {@code /api/v1}. */
final class ControlRoutes {

  private static final String RUN = "/api/v1/runs/{run}/";

  private final DaemonGate daemon;
  private final BodyReader bodies = new BodyReader();
  private final String id;
  private final String run;

  /**
   * Routes to a daemon.
   *
   * @param id the daemon's identity
   * @param run what the daemon's run is called
   */
  ControlRoutes(DaemonGate daemon, String id, String run) {
    this.daemon = daemon;
    this.run = run;
    this.id = id;
  }

  /** Adds the routes. */
  void addTo(RoutesConfig routes) {
    routes.get("/api/v1/status", this::status);
    addCommands("/api/v1/", routes);
    routes.before(RUN + "*", this::requireOwn);
    addCommands(RUN, routes);
  }

  /** By the run's name too, as where there are several runs. */
  private void addCommands(String path, RoutesConfig routes) {
    routes.post(path + "pause", ctx -> plain(ctx, RunCommand.Pause::new, AnswerTimes.SOON));
    routes.post(path + "resume", ctx -> plain(ctx, RunCommand.Resume::new, AnswerTimes.SOON));
    routes.post(path + "evaluate", this::evaluate);
    routes.post(
        path + "checkpoint", ctx -> plain(ctx, RunCommand.Checkpoint::new, AnswerTimes.WRITTEN));
    routes.post(path + "sample", this::sample);
    routes.post(path + "stop", ctx -> plain(ctx, RunCommand.Stop::new, AnswerTimes.WRITTEN));
    routes.patch(path + "settings", this::changeSettings);
  }

  private void requireOwn(Context ctx) {
    if (!ctx.pathParam("run").equals(run)) {
      throw Problem.of(
          HttpStatus.NOT_FOUND, "There is no such run here; this daemon has %s.".formatted(run));
    }
  }

  private void status(Context ctx) {
    LateAnswers.await(
        ctx,
        () ->
            daemon
                .status()
                .thenAccept(
                    status -> {
                      Map<String, Object> json = RunJson.status(status);
                      json.put("daemon", id);
                      json(ctx, HttpStatus.OK, json);
                    }));
  }

  /** Gives a command that takes no body. */
  private void plain(
      Context ctx, Function<ActorRef<RunAnswer>, RunCommand> command, Duration timeout) {
    JsonBody.requireNone(bodies.read(ctx));
    command(ctx, command, timeout);
  }

  private void evaluate(Context ctx) {
    if ("true".equals(ctx.queryParam("cancel"))) {
      plain(ctx, RunCommand.CancelEvaluation::new, AnswerTimes.SOON);
      return;
    }
    boolean wait = "true".equals(ctx.queryParam("wait"));
    ctx.status(wait ? HttpStatus.OK : HttpStatus.ACCEPTED);
    plain(
        ctx,
        replyTo -> new RunCommand.Evaluate(wait, replyTo),
        wait ? AnswerTimes.EVALUATED : AnswerTimes.SOON);
  }

  private void sample(Context ctx) {
    Optional<PictureOrder> order = PictureOrderJson.read(bodies.read(ctx));
    command(ctx, replyTo -> new RunCommand.Sample(order, replyTo), AnswerTimes.WRITTEN);
  }

  private void changeSettings(Context ctx) {
    List<String> overrides =
        JsonBody.assignments(JsonBody.required(bodies.read(ctx), "{\"evaluation.every\": 500}"));
    if (overrides.isEmpty()) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "The object names no setting.");
    }
    command(ctx, replyTo -> new RunCommand.ChangeSettings(overrides, replyTo), AnswerTimes.SOON);
  }

  private void command(
      Context ctx, Function<ActorRef<RunAnswer>, RunCommand> command, Duration timeout) {
    LateAnswers.await(
        ctx, () -> daemon.ask(command, timeout).thenAccept(answer -> write(ctx, answer)));
  }

  private void write(Context ctx, RunAnswer answer) {
    if (answer instanceof RunAnswer.Done done) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("step", done.step());
      json.put("message", done.message());
      done.details().forEach(json::putIfAbsent);
      json(ctx, ctx.status(), json);
    } else if (answer instanceof RunAnswer.Invalid invalid) {
      Problem.write(ctx, HttpStatus.BAD_REQUEST, invalid.reason(), Map.of("step", invalid.step()));
    } else if (answer instanceof RunAnswer.Refused refused) {
      Problem.write(ctx, HttpStatus.CONFLICT, refused.reason(), Map.of("step", refused.step()));
    }
  }

  private static void json(Context ctx, HttpStatus status, Map<String, ?> json) {
    ctx.status(status)
        .header("Cache-Control", "no-store")
        .result(Json.render(json))
        .contentType("application/json");
  }
}
