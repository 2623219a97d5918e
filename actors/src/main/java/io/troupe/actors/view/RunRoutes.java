package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The list of runs, and how one is: its state, its curves. */
public final class RunRoutes {
  private static final int POINTS = 800;

  /** What the server is, which all its lists say. */
  public record Server(boolean studio, String version) {}

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
  }

  private void list(Context ctx) throws IOException {
    List<RunHistory> runs = lookup.catalogue().runs();
    List<CompletableFuture<Optional<JsonNode>>> asked = runs.stream().map(live::of).toList();
    ctx.future(
        () ->
            CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenAccept(
                    all -> {
                      Map<String, Object> json = new LinkedHashMap<>();
                      json.put("studio", server.studio());
                      json.put("folder", lookup.catalogue().folder().toAbsolutePath().normalize());
                      json.put("now", Instant.now());
                      json.put("version", server.version());
                      json.put("complete", lookup.catalogue().isComplete());
                      json.put("runs", summaries(runs, asked));
                      RunLookup.json(ctx, json);
                    }));
  }

  private static List<RunSummary> summaries(
      List<RunHistory> runs, List<CompletableFuture<Optional<JsonNode>>> asked) {
    List<RunSummary> summaries = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      summaries.add(runs.get(i).summary(asked.get(i).join()));
    }
    return summaries;
  }

  private void run(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    ctx.future(
        () ->
            live.of(run)
                .thenAccept(
                    status -> {
                      Map<String, Object> json = Json.members(run.summary(status));
                      json.put("status", status);
                      RunLookup.json(ctx, json);
                    }));
  }

  private void curves(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    int points = (int) whole(ctx, "points", POINTS, 1, Integer.MAX_VALUE);
    long from = whole(ctx, "from_step", 0, 0, Long.MAX_VALUE);
    long to = whole(ctx, "to_step", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    RunLookup.json(ctx, run.curves(points, from, to));
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
