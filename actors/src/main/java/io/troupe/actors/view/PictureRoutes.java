package io.troupe.actors.view;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.troupe.actors.history.RunFiles;
import io.troupe.actors.http.Problem;
import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The pictures of runs: sample grids, what was asked for, and plots. */
public final class PictureRoutes {
  private static final String PNG = ".png";
  private static final int MOST_WIDTH = 4096;

  private final RunLookup lookup;
  private final Thumbnails thumbnails = new Thumbnails();

  /** Routes over the runs of a catalogue. */
  public PictureRoutes(RunLookup lookup) {
    this.lookup = lookup;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/api/v1/runs/{run}/samples", ctx -> RunLookup.json(ctx, lookup.run(ctx).grids()));
    routes.get("/api/v1/runs/{run}/samples/{file}", ctx -> picture(ctx, RunDirectory::samples));
    routes.get(
        "/api/v1/runs/{run}/pictures",
        ctx -> RunLookup.json(ctx, Map.of("pictures", lookup.run(ctx).pictures())));
    routes.get("/api/v1/runs/{run}/pictures/{file}", ctx -> picture(ctx, RunDirectory::pictures));
    routes.get("/api/v1/runs/{run}/plots", ctx -> plots(ctx, lookup.run(ctx).directory()));
    routes.get("/api/v1/runs/{run}/plots/{file}", ctx -> picture(ctx, RunDirectory::metrics));
  }

  /** Adds the routes of a server that has one run, without its name. */
  public void addTo(RoutesConfig routes, RunDirectory only) {
    routes.get("/api/v1/samples/latest.png", ctx -> newestGrid(ctx, only));
    routes.get("/api/v1/plots", ctx -> plots(ctx, only));
    routes.get("/api/v1/plots/{file}", ctx -> send(ctx, only.metrics(), ctx.pathParam("file")));
  }

  private static void plots(Context ctx, RunDirectory run) throws IOException {
    List<Map<String, Object>> all =
        RunFiles.list(run.metrics(), PNG).stream()
            .map(
                file -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("file", file.name());
                  one.put("drawn_at", file.at());
                  return one;
                })
            .toList();
    RunLookup.json(ctx, all);
  }

  private void newestGrid(Context ctx, RunDirectory run) throws IOException {
    RunFiles.Listed newest =
        RunFiles.list(run.samples(), PNG).stream()
            .filter(file -> file.step() >= 0)
            .reduce((first, last) -> last)
            .orElseThrow(
                () ->
                    Problem.of(
                        HttpStatus.NOT_FOUND, "There is no sample grid yet; POST /api/v1/sample."));
    ctx.header("Content-Disposition", "inline; filename=\"" + newest.name() + "\"");
    send(ctx, newest);
  }

  private void picture(Context ctx, Function<RunDirectory, Path> folder) throws IOException {
    send(ctx, folder.apply(lookup.run(ctx).directory()), ctx.pathParam("file"));
  }

  private void send(Context ctx, Path folder, String name) throws IOException {
    send(
        ctx,
        RunFiles.find(folder, PNG, name)
            .orElseThrow(
                () ->
                    Problem.of(
                        HttpStatus.NOT_FOUND,
                        "There is no picture of that name; the address without it lists them.")));
  }

  /** Answers with a picture, of a width if the client wants that. */
  private void send(Context ctx, RunFiles.Listed file) throws IOException {
    int width = (int) RunRoutes.whole(ctx, "width", 0, 1, MOST_WIDTH);
    String version = "%d-%d-%d".formatted(file.at().toEpochMilli(), file.bytes(), width);
    if (RunRoutes.isKnown(ctx, version)) {
      return;
    }
    // Whoever names the version in the address may keep it for ever.
    if (ctx.queryParam("v") != null) {
      ctx.header("Cache-Control", "private, max-age=31536000, immutable");
    }
    ctx.contentType("image/png");
    try {
      Optional<byte[]> scaled = width == 0 ? Optional.empty() : thumbnails.of(file, width);
      if (scaled.isPresent()) {
        ctx.result(scaled.get());
      } else {
        ctx.result(Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS));
      }
    } catch (NoSuchFileException e) {
      throw Problem.of(HttpStatus.NOT_FOUND, "The picture has just gone.");
    } catch (IOException e) {
      throw Problem.of(
          HttpStatus.UNPROCESSABLE_CONTENT,
          "%s cannot be scaled: %s.".formatted(file.name(), e.getMessage()));
    }
  }
}
