package io.troupe.actors.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.history.EventPage;
import io.troupe.actors.history.LogEnd;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunNotes;
import io.troupe.actors.history.SettingsTable;
import io.troupe.actors.http.BodyReader;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run's files record: events, checkpoints, settings, the log, and people's notes. */
public final class RecordRoutes {
  private static final int EVENTS = 200;
  private static final int LOG_BYTES = 65536;
  private static final int LONGEST_TEXT = 200;

  private final RunLookup lookup;
  private final BodyReader bodies = new BodyReader();

  /** Routes over the runs of a catalogue. */
  public RecordRoutes(RunLookup lookup) {
    this.lookup = lookup;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/runs/{run}/events", this::events);
    routes.get("/api/v1/runs/{run}/checkpoints", this::checkpoints);
    routes.get("/api/v1/runs/{run}/settings", this::settings);
    routes.get("/api/v1/runs/{run}/log", this::log);
    routes.put("/api/v1/runs/{run}/notes", this::note);
  }

  private void events(Context ctx) throws IOException {
    int limit = (int) RunRoutes.whole(ctx, "limit", EVENTS, 1, EventPage.Query.MOST);
    long before = RunRoutes.whole(ctx, "before", -1, 0, Long.MAX_VALUE);
    String kinds = ctx.queryParam("kind");
    Set<String> wanted =
        kinds == null
            ? Set.of()
            : Stream.of(kinds.split(",", -1))
                .filter(kind -> !kind.isEmpty())
                .collect(Collectors.toSet());
    String text = ctx.queryParam("text");
    if (text != null && text.length() > LONGEST_TEXT) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST,
          "text has %d characters; allowed: at most %d.".formatted(text.length(), LONGEST_TEXT));
    }
    EventPage.Query query =
        new EventPage.Query(
            limit,
            before < 0 ? OptionalLong.empty() : OptionalLong.of(before),
            wanted,
            text == null ? "" : text);
    RunLookup.json(ctx, lookup.run(ctx).events(query));
  }

  private void checkpoints(Context ctx) throws IOException {
    RunLookup.json(ctx, lookup.run(ctx).checkpoints());
  }

  private void settings(Context ctx) throws IOException {
    SettingsTable table = lookup.run(ctx).settings();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (SettingsTable.Row row : table.settings()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("key", row.key());
      json.put("value", row.value());
      json.put("default", row.usual());
      json.put("changed", row.changed());
      json.put("text", row.text());
      json.put("live", row.live());
      rows.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("settings", rows);
    json.put("changes", table.changes());
    json.put("problem", table.problem());
    RunLookup.json(ctx, json);
  }

  private void log(Context ctx) throws IOException {
    int bytes = (int) RunRoutes.whole(ctx, "bytes", LOG_BYTES, 1, LogEnd.MOST);
    RunLookup.json(ctx, lookup.run(ctx).log(bytes));
  }

  private void note(Context ctx) throws IOException {
    RunHistory run = lookup.run(ctx);
    JsonNode json = JsonBody.required(bodies.read(ctx), "{\"name\": \"cats\", \"tags\": []}");
    JsonBody.requireMembers(json, RunNotes.MEMBERS);
    try {
      RunLookup.json(ctx, run.note(json));
    } catch (IllegalArgumentException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, e.getMessage() + ".");
    }
  }
}
