package io.troupe.actors.view;

import io.javalin.config.RoutesConfig;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** All that is read of runs over HTTP, and the page that shows it, for any server. */
public final class ReadingRoutes {
  private final RunLookup lookup;
  private final RunRoutes runs;
  private final RecordRoutes records;
  private final PictureRoutes pictures;
  private final PageRoutes page = new PageRoutes();
  private final byte[] openApi;

  /**
   * Routes over the runs of a catalogue.
   *
   * @param live asks the daemons of living runs
   */
  public ReadingRoutes(RunRoutes.Server server, RunCatalogue catalogue, LiveStatus live) {
    lookup = new RunLookup(catalogue);
    runs = new RunRoutes(server, lookup, live);
    records = new RecordRoutes(lookup);
    pictures = new PictureRoutes(lookup);
    try (InputStream resource = ReadingRoutes.class.getResourceAsStream("openapi.json")) {
      openApi = resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the description of the interface", e);
    }
  }

  /** Finds the runs of requests. */
  public RunLookup lookup() {
    return lookup;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    lookup.addTo(routes);
    runs.addTo(routes);
    records.addTo(routes);
    pictures.addTo(routes);
    page.addTo(routes);
    routes.get("/api/v1/openapi.json", ctx -> ctx.contentType("application/json").result(openApi));
  }

  /** Adds the routes of a server that has one run, without its name. */
  public void addTo(RoutesConfig routes, RunDirectory only) {
    addTo(routes);
    pictures.addTo(routes, only);
  }
}
