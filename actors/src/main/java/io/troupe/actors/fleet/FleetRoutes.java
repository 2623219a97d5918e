package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.fleet.Dispatcher.Answer;
import io.troupe.actors.fleet.Dispatcher.Command;
import io.troupe.actors.fleet.Dispatcher.Overview;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.http.Problem;
import io.troupe.actors.view.JsonBody;
import io.troupe.config.SettingsException;
import io.troupe.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** What a fleet's nodes answer beside a studio's routes; each asks the one dispatcher. */
final class FleetRoutes {
  private static final String FLEET = "/api/v1/fleet";
  private static final String RUN = FLEET + "/runs/{run}/";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String EXAMPLE =
      "{\"name\": \"rates\", \"preset\": \"demo\", \"sweep\": {\"seed\": [\"1\", \"2\"]}}";
  private static final Set<String> MEMBERS =
      Set.of("name", "preset", "settings", "sweep", "priority", "halving");

  private final ActorRef<Command> dispatcher;
  private final Scheduler scheduler;
  private final FleetFolder folder;
  private final BodyReader bodies = new BodyReader();

  FleetRoutes(ActorRef<Command> dispatcher, Scheduler scheduler, FleetFolder folder) {
    this.dispatcher = dispatcher;
    this.scheduler = scheduler;
    this.folder = folder;
  }

  void addTo(RoutesConfig routes) {
    routes.get(FLEET, this::show);
    routes.post(FLEET + "/runs", this::submit);
    routes.post(
        RUN + "stop",
        ctx -> order(ctx, Set.of(), json -> to -> new Order.Stop(ctx.pathParam("run"), to)));
    routes.post(
        RUN + "resume",
        ctx -> order(ctx, Set.of(), json -> to -> new Order.Resume(ctx.pathParam("run"), to)));
    routes.post(
        RUN + "move",
        ctx ->
            order(
                ctx,
                Set.of("node"),
                json ->
                    to -> new Order.Move(ctx.pathParam("run"), json.path("node").asText(), to)));
    routes.post(
        RUN + "priority",
        ctx ->
            order(
                ctx,
                Set.of("priority"),
                json -> {
                  int priority = integer(json, "priority");
                  return to -> new Order.Prioritise(ctx.pathParam("run"), priority, to);
                }));
    routes.get(FLEET + "/sweeps/{sweep}", this::table);
  }

  private <T> CompletableFuture<T> ask(Function<ActorRef<T>, Command> message) {
    return AskPattern.<Command, T>ask(dispatcher, message::apply, PATIENCE, scheduler)
        .toCompletableFuture();
  }

  /** All rows, which come from the dispatcher some at a time. */
  private void show(Context ctx) {
    LateAnswers.await(
        ctx,
        () ->
            rows(new ArrayList<>())
                .handle(
                    (overview, failure) -> {
                      if (failure == null) {
                        Map<String, Object> json = new LinkedHashMap<>();
                        json.put("nodes", overview.nodes());
                        json.put("runs", overview.runs());
                        json.put("sweeps", overview.sweeps());
                        ctx.header("Cache-Control", "no-store")
                            .result(Json.render(json))
                            .contentType("application/json");
                      } else {
                        late(ctx, failure);
                      }
                      return ctx;
                    }));
  }

  private CompletableFuture<Overview> rows(List<FleetView.Run> found) {
    return this.<Overview>ask(to -> new Dispatcher.Show(found.size(), to))
        .thenCompose(
            overview -> {
              found.addAll(overview.runs());
              return overview.runs().isEmpty() || found.size() >= overview.total()
                  ? CompletableFuture.completedFuture(
                      new Overview(overview.nodes(), found, overview.total(), overview.sweeps()))
                  : rows(found);
            });
  }

  private void submit(Context ctx) {
    order(
        ctx,
        MEMBERS,
        json -> {
          Submission submission = submission(json);
          check(submission);
          return to -> new Order.Submit(submission, to);
        });
  }

  private static Submission submission(JsonNode json) {
    Map<String, List<String>> swept = new LinkedHashMap<>();
    json.path("sweep")
        .properties()
        .forEach(key -> swept.put(key.getKey(), FleetStore.texts(key.getValue())));
    JsonNode halving = json.path("halving");
    try {
      return new Submission(
          json.path("name").asText(),
          json.path("preset").asText(),
          FleetStore.texts(json.path("settings")),
          swept,
          json.has("priority") ? integer(json, "priority") : 0,
          halving.isObject()
              ? Optional.of(
                  new Halving(
                      halving.path("first").asLong(),
                      halving.path("factor").asInt(2),
                      halving.path("score").asText()))
              : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, e.getMessage());
    }
  }

  /** Refuses settings that no run could begin with, before any run is queued. */
  private static void check(Submission submission) {
    for (Submission.Wanted run : submission.runs()) {
      try {
        if (run.settings().stream().anyMatch(setting -> setting.strip().startsWith("control."))) {
          throw Problem.of(
              HttpStatus.BAD_REQUEST,
              "Runs of a fleet have no control.* of their own: where their servers listen is their nodes' to choose.");
        }
        SettingsLoader.load(run.preset(), List.of(), run.settings());
      } catch (SettingsException e) {
        throw Problem.of(
            HttpStatus.BAD_REQUEST, run.name() + ": " + String.join("; ", e.problems()));
      }
    }
  }

  private static int integer(JsonNode json, String member) {
    JsonNode value = json.path(member);
    if (!value.isInt()) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST,
          "\"%s\": found %s; allowed: an integer.".formatted(member, value));
    }
    return value.asInt();
  }

  private void order(
      Context ctx,
      Set<String> members,
      Function<JsonNode, Function<ActorRef<Answer>, Command>> message) {
    byte[] body = bodies.read(ctx);
    JsonNode json =
        members.isEmpty() ? Json.mapper().createObjectNode() : JsonBody.required(body, EXAMPLE);
    if (members.isEmpty()) {
      JsonBody.requireNone(body);
    }
    JsonBody.requireMembers(json, members);
    Function<ActorRef<Answer>, Command> made = message.apply(json);
    LateAnswers.await(
        ctx,
        () ->
            this.<Answer>ask(made)
                .handle(
                    (answer, failure) -> {
                      if (failure != null) {
                        late(ctx, failure);
                      } else if (answer.done()) {
                        ctx.result(
                                Json.render(
                                    Map.of("message", answer.message(), "runs", answer.runs())))
                            .contentType("application/json");
                      } else {
                        Problem.write(ctx, HttpStatus.CONFLICT, answer.message(), Map.of());
                      }
                      return ctx;
                    }));
  }

  private void late(Context ctx, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof TimeoutException || failure instanceof TimeoutException) {
      ctx.header("Retry-After", "1");
      Problem.write(
          ctx,
          HttpStatus.SERVICE_UNAVAILABLE,
          "The fleet's dispatcher does not answer: this node has not joined yet, a node was lost a moment ago, or %s cannot be written, as on a full disk, which a node's log would say."
              .formatted(folder.state()),
          Map.of());
    } else {
      throw new IllegalStateException("the dispatcher cannot be asked", failure);
    }
  }

  private void table(Context ctx) throws IOException {
    String sweep = ctx.pathParam("sweep");
    if (!Submission.isName(sweep) || !Files.exists(folder.table(sweep))) {
      throw Problem.of(
          HttpStatus.NOT_FOUND,
          "There is no table of %s: a sweep has one when all its runs are over; 'troupe fleet list' shows the sweeps."
              .formatted(sweep));
    }
    ctx.result(Files.readString(folder.table(sweep))).contentType("text/plain; charset=utf-8");
  }
}
