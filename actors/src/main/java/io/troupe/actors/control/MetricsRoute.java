package io.troupe.actors.control;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

/** {@code /metrics}, in Prometheus' text format. */
final class MetricsRoute {
  private final CollectorRegistry registry;

  MetricsRoute(CollectorRegistry registry) {
    this.registry = registry;
  }

  /** Adds the route. */
  void addTo(RoutesConfig routes) {
    routes.get("/metrics", this::metrics);
  }

  private void metrics(Context ctx) throws IOException {
    StringWriter text = new StringWriter();
    TextFormat.write004(text, registry.metricFamilySamples());
    ctx.contentType(TextFormat.CONTENT_TYPE_004)
        .result(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
