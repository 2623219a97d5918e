package io.troupe.actors.control;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import io.troupe.actors.RunDirectory;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The newest sample grid, the plots and the metrics. */
final class FileRoutes {
  private final RunDirectory directory;
  private final CollectorRegistry registry;

  FileRoutes(RunDirectory directory, CollectorRegistry registry) {
    this.directory = directory;
    this.registry = registry;
  }

  /** Adds the routes. */
  void addTo(RoutesConfig routes) {
    routes.get("/api/v1/samples/latest.png", this::newestGrid);
    routes.get("/api/v1/plots", this::plots);
    routes.get("/api/v1/plots/{file}", this::plot);
    routes.get("/metrics", this::metrics);
  }

  private void newestGrid(Context ctx) throws IOException {
    Path grid =
        NewestFile.in(directory.samples(), "png")
            .orElseThrow(
                () ->
                    Problem.of(
                        HttpStatus.NOT_FOUND, "There is no sample grid yet; POST /api/v1/sample."));
    ctx.contentType("image/png")
        .header("Cache-Control", "no-store")
        .header("Content-Disposition", "inline; filename=\"" + grid.getFileName() + "\"")
        .result(Files.readAllBytes(grid));
  }

  /** Names of the plots and when they were drawn. */
  private void plots(Context ctx) throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Path file : plotFiles()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("file", file.getFileName().toString());
      one.put("drawn_at", Files.getLastModifiedTime(file).toInstant());
      all.add(one);
    }
    ctx.contentType("application/json")
        .header("Cache-Control", "no-store")
        .result(Json.render(all));
  }

  private void plot(Context ctx) throws IOException {
    String wanted = ctx.pathParam("file");
    Path plot =
        plotFiles().stream()
            .filter(file -> file.getFileName().toString().equals(wanted))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(
                        HttpStatus.NOT_FOUND,
                        "There is no plot of that name; GET /api/v1/plots lists them."));
    ctx.contentType("image/png")
        .header("Cache-Control", "no-store")
        .result(Files.readAllBytes(plot));
  }

  private List<Path> plotFiles() throws IOException {
    if (!Files.isDirectory(directory.metrics())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory.metrics())) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  private void metrics(Context ctx) throws IOException {
    StringWriter text = new StringWriter();
    TextFormat.write004(text, registry.metricFamilySamples());
    ctx.contentType(TextFormat.CONTENT_TYPE_004)
        .result(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
