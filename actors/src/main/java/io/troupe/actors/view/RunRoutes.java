package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.LateAnswers;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The list of runs, and how one is: its state, its curves. */
public final class RunRoutes {
  private static final int POINTS = 800;
  private static final int MOST_COMPARED = 20;

  /**
   * What the server is, which all its lists say.
   *
   * @param fleet whether it is a node of a fleet, and answers what a fleet is asked
   */
  public record Server(boolean studio, boolean fleet, String version) {}

  private final Server server;
  private final RunLookup lookup;
  private final LiveStatus live;

  /**
   * Routes over the runs of a catalogue.
   *
   * @param live asks the daemons of living runs
   */
  public RunRoutes(Server server, RunLookup lookup, LiveStatus live) {
    this.server = server;
    this.lookup = lookup;
    this.live = live;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/runs", this::list);
    routes.get("/api/v1/runs/{run}", this::run);
    routes.get("/api/v1/runs/{run}/curves", this::curves);
    routes.get("/api/v1/compare", this::compare);
  }

  private void list(Context ctx) throws IOException {
    List<RunHistory> runs = lookup.catalogue().runs();
    answer(
        ctx,
        runs,
        asked -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("studio", server.studio());
          json.put("fleet", server.fleet());
          json.put("folder", lookup.catalogue().folder().toAbsolutePath().normalize());
          json.put("now", Instant.now());
          json.put("version", server.version());
          json.put("complete", lookup.catalogue().isComplete());
          json.put("runs", summaries(runs, asked, RunHistory::glance));
          return json;
        });
  }

  private static List<RunSummary> summaries(
      List<RunHistory> runs,
      List<CompletableFuture<Optional<JsonNode>>> asked,
      BiFunction<RunHistory, Optional<JsonNode>, RunSummary> summary) {
    List<RunSummary> summaries = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      summaries.add(summary.apply(runs.get(i), asked.get(i).join()));
    }
    return summaries;
  }

  private void run(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    LateAnswers.await(
        ctx,
        () ->
            live.of(run)
                .thenAccept(
                    status -> {
                      Map<String, Object> json = Json.members(run.summary(status));
                      json.put("status", status.filter(says -> says.has("state")));
                      json.put("classes", run.classes());
                      json.put("class_rows", run.rowClasses().isPresent());
                      json.put("pictures_per_row", run.picturesPerRow());
                      json.put("picture_size", run.pictureSize());
                      json.put("images_per_step", run.imagesPerStep());
                      json.put("settings_summary", run.brief());
                      RunLookup.json(ctx, json);
                    }));
  }

  private void curves(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    int points = (int) whole(ctx, "points", POINTS, 1, Integer.MAX_VALUE);
    long from = whole(ctx, "from_step", 0, 0, Long.MAX_VALUE);
    long to = whole(ctx, "to_step", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    // The query is a part of what it is a tag of.
    if (!isKnown(ctx, run.version().orElse("none"))) {
      ctx.result(Json.render(run.curves(points, from, to))).contentType("application/json");
    }
  }

  /** Whether the client has what it asks for; then it is told so. */
  static boolean isKnown(Context ctx, String version) {
    String tag = "W/\"" + version + "\"";
    ctx.header("ETag", tag).header("Cache-Control", "private, no-cache");
    if (tag.equals(ctx.header("If-None-Match"))) {
      ctx.status(HttpStatus.NOT_MODIFIED);
      return true;
    }
    return false;
  }

  private void compare(Context ctx) throws IOException {
    List<String> ids = ctx.queryParams("run");
    if (ids.isEmpty() || ids.size() > MOST_COMPARED) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST,
          "%d runs are named; allowed: 1 to %d, as run=A&run=B."
              .formatted(ids.size(), MOST_COMPARED));
    }
    List<RunHistory> runs = new ArrayList<>();
    for (String id : ids) {
      runs.add(lookup.run(id));
    }
    answer(
        ctx,
        runs,
        asked -> {
          Map<String, Object> json = new LinkedHashMap<>();
          json.put("runs", summaries(runs, asked, RunHistory::summary));
          json.put("settings", RunHistory.differences(runs));
          return json;
        });
  }

  /** Answers when the daemons of runs have said how they are, or that is too late. */
  private void answer(
      Context ctx,
      List<RunHistory> runs,
      Function<List<CompletableFuture<Optional<JsonNode>>>, Map<String, Object>> json) {
    List<CompletableFuture<Optional<JsonNode>>> asked = runs.stream().map(live::of).toList();
    LateAnswers.await(
        ctx,
        () ->
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenAccept(all -> RunLookup.json(ctx, json.apply(asked))));
  }

  /** A whole number of the query; throws a problem if it is none. */
  static long whole(Context ctx, String name, long otherwise, long low, long high) {
    String text = ctx.queryParam(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    if (text.matches("-?\\d{1,18}")) {
      long number = Long.parseLong(text);
      if (number >= low && number <= high) {
        return number;
      }
    }
    throw Problem.of(
        HttpStatus.BAD_REQUEST,
        "%s is \"%s\"; allowed: a whole number from %d to %d.".formatted(name, text, low, high));
  }
}
