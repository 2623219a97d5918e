package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.javalin.router.Endpoint;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.http.CpuBudget;
import io.troupe.actors.http.HttpServer;
import io.troupe.actors.http.Json;
import io.troupe.actors.http.Problem;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.monitoring.MetricNames;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.view.JobRoutes;
import io.troupe.actors.view.Jobs;
import io.troupe.actors.view.ReadingRoutes;
import io.troupe.actors.view.RunRoutes;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The HTTP server of a run, from its start to {@link #close}. */
public final class RunHttpServer implements AutoCloseable {
  private static final int USUAL_PORT = 8087;

  private final CollectorRegistry registry;
  private final HttpServer http;
  private final Jobs jobs = Jobs.ofThisProcess();
  private final EventStream events;
  private final DaemonGate gate;
  private final DaemonGate healthGate;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Counter requests =
      Counter.build(
              MetricNames.total(MetricNames.CONTROL_REQUESTS), "Requests to the control server.")
          .labelNames("route", "code")
          .create();

  private RunHttpServer(
      RunSettings.Control settings, String id, CollectorRegistry registry, double share) {
    this.registry = registry;
    http = new HttpServer(settings, USUAL_PORT, Map.of(Identity.HEADER, id), share);
    events = new EventStream(http.budget());
    gate = new DaemonGate(http.executor("troupe-http-answer", 4, http.budget()));
    healthGate = new DaemonGate(http.executor("troupe-http-health", 1, http.healthBudget()));
  }

  /**
   * Starts a server. Until it is attached to a daemon it says that the run is starting.
   *
   * @param stall how long a healthy run may make no step; zero is for ever
   * @param id the daemon's identity
   * @param registry what {@code /metrics} shows; the server adds its own
   * @throws RunException if it cannot, e.g. because the port is taken; says what to do
   */
  public static RunHttpServer start(
      RunSettings.Control settings,
      Duration stall,
      RunDirectory directory,
      String id,
      CollectorRegistry registry)
      throws RunException {
    return start(settings, stall, directory, id, registry, CpuBudget.BESIDE_TRAINING);
  }

  /**
   * Starts a server where perhaps nothing is trained.
   *
   * @param share of all cores' time that answers may take
   */
  static RunHttpServer start(
      RunSettings.Control settings,
      Duration stall,
      RunDirectory directory,
      String id,
      CollectorRegistry registry,
      double share)
      throws RunException {
    RunHttpServer made = new RunHttpServer(settings, id, registry, share);
    HealthRoutes health = new HealthRoutes(made.healthGate, stall, Clock.systemUTC());
    ControlRoutes control = new ControlRoutes(made.gate, id, directory.name());
    CompanyRoutes company = new CompanyRoutes(registry);
    MetricsRoute metrics = new MetricsRoute(registry);
    ReadingRoutes reading =
        new ReadingRoutes(
            new RunRoutes.Server(false, false, version()),
            RunCatalogue.of(directory),
            made::status);
    JobRoutes jobs = new JobRoutes(reading.lookup(), made.jobs);
    try {
      made.http.start(
          routes -> {
            routes.before(ctx -> Identity.check(ctx, id, directory));
            control.addTo(routes);
            metrics.addTo(routes);
            reading.addTo(routes, directory);
            jobs.addTo(routes);
            routes.get("/api/v1/company", company::company);
            routes.get("/api/v1/runs/{run}/company", company::company);
            routes.get("/api/v1/events", made.events::serve);
            routes.get("/-/healthy", health::healthy);
            routes.get("/-/ready", health::ready);
            answerWhileStarting(routes);
          },
          config -> {
            config.requestLogger.http((ctx, millis) -> made.count(ctx));
            config.unsafe.internalRouter.allHttpHandlers().stream()
                .filter(handler -> handler.endpoint.method.isHttpMethod())
                .forEach(handler -> made.requests.labels(handler.endpoint.path, "200"));
          });
    } catch (ServerStartException e) {
      made.http.close();
      throw new RunException(e.getMessage(), e);
    }
    registry.register(made.requests);
    return made;
  }

  /** What the run's own daemon says, or what its start is at; nothing if it is late. */
  private CompletableFuture<Optional<JsonNode>> status(RunHistory run) {
    return gate.status()
        .handle(
            (status, failure) ->
                failure instanceof DaemonGate.StartingException starting
                    ? Optional.of(Json.mapper().valueToTree(starting.members()))
                    : Optional.ofNullable(status)
                        .map(RunJson::status)
                        .map(Json::render)
                        .map(RunHttpServer::parsed));
  }

  private static JsonNode parsed(String json) {
    try {
      return Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + json, e);
    }
  }

  private static String version() {
    return Optional.ofNullable(RunHttpServer.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private static void answerWhileStarting(RoutesConfig routes) {
    routes.exception(
        DaemonGate.StartingException.class,
        (e, ctx) -> {
          ctx.header("Retry-After", "1");
          Problem.write(ctx, HttpStatus.SERVICE_UNAVAILABLE, e.getMessage(), e.members());
        });
  }

  /** What the start is at, for those who ask before there is a daemon. */
  public void starting(String progress) {
    gate.starting(progress);
    healthGate.starting(progress);
  }

  /** Lets clients ask a daemon from now on. */
  public void attach(ActorRef<RunCommand> daemon, Scheduler scheduler) {
    gate.attach(daemon, scheduler);
    healthGate.attach(daemon, scheduler);
  }

  /** Where the server is reached. */
  public URI address() {
    return http.address();
  }

  /** The SHA-256 of the certificate that it shows, in hexadecimal; empty if it shows none. */
  public Optional<String> certificateSha256() {
    return http.certificateSha256();
  }

  /** Sends an event to those who follow the run; never waits. */
  public void publish(JournalEvent event) {
    events.publish(event);
  }

  /** Ends the http; requests whose answer is there have a few seconds to be answered. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      events.close();
      http.close();
      jobs.close();
      registry.unregister(requests);
    }
  }

  private void count(Context ctx) {
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    String route = Optional.ofNullable(endpoint).map(found -> found.path).orElse("other");
    requests.labels(route, Integer.toString(ctx.statusCode())).inc();
  }
}
