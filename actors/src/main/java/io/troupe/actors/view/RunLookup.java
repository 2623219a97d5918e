package io.troupe.actors.view;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.util.Map;

/** Finds the run that a request names, and answers with JSON. */
public final class RunLookup {
  private final RunCatalogue catalogue;

  /** Among the runs of a catalogue. */
  public RunLookup(RunCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** Lets files that cannot be read be told, instead of as a failure of the server. */
  public void addTo(RoutesConfig routes) {
    routes.exception(
        IOException.class,
        (e, ctx) ->
            Problem.write(
                ctx, HttpStatus.CONFLICT, "The run's files cannot be read: " + e + ".", Map.of()));
  }

  /** The catalogue. */
  public RunCatalogue catalogue() {
    return catalogue;
  }

  /** The run of the path parameter {@code run}; throws a problem if there is none. */
  public RunHistory run(Context ctx) throws IOException {
    return run(ctx.pathParam("run"));
  }

  /** A run by its id; throws a problem if there is none. */
  public RunHistory run(String id) throws IOException {
    return catalogue
        .find(id)
        .orElseThrow(
            () ->
                Problem.of(
                    HttpStatus.NOT_FOUND,
                    "There is no run \"%s\" below %s; GET /api/v1/runs lists them."
                        .formatted(id, catalogue.folder())));
  }

  /** Answers with JSON that nobody keeps. */
  static void json(Context ctx, Object value) {
    ctx.header("Cache-Control", "no-store")
        .result(Json.render(value))
        .contentType("application/json");
  }
}
