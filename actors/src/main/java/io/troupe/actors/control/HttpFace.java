package io.troupe.actors.control;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.troupe.actors.Daemon;
import io.troupe.actors.JournalEvent;
import io.troupe.actors.RunDirectory;
import io.troupe.actors.RunException;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of a run, from its start to {@link #close}. */
public final class HttpFace implements AutoCloseable {
  private static final int MAX_THREADS = 12;
  private static final int MIN_THREADS = 2;
  private static final int IDLE_THREAD_MILLIS = 60_000;
  private static final long GRACE_MILLIS = 3_000;

  private final RunSettings.Control settings;
  private final CollectorRegistry registry;
  private final EventStream events = new EventStream();
  private final Counter requests =
      Counter.build("troupe_control_requests_total", "Requests to the control server.")
          .labelNames("route", "code")
          .create();
  private final Javalin server;

  private HttpFace(
      RunSettings.Control settings,
      RunDirectory directory,
      ActorRef<Daemon.Command> daemon,
      Scheduler scheduler,
      CollectorRegistry registry)
      throws IOException {
    this.settings = settings;
    this.registry = registry;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_THREAD_MILLIS);
    threads.setName("troupe-http");
    threads.setDaemon(true);
    DaemonGate gate = new DaemonGate(daemon, scheduler, threads);
    AccessRules access = new AccessRules(settings);
    HealthRoutes health = new HealthRoutes(gate, Clock.systemUTC());
    ControlRoutes control = new ControlRoutes(gate, health);
    FileRoutes files = new FileRoutes(directory, registry);
    server =
        Javalin.create(
            config -> {
              prepare(config, threads);
              config.routes.before(access::check);
              config.routes.before(ctx -> ctx.header("X-Content-Type-Options", "nosniff"));
              control.addTo(config.routes);
              files.addTo(config.routes);
              config.routes.get("/api/v1/events", events::serve);
              config.routes.get("/-/healthy", health::healthy);
              config.routes.get("/-/ready", health::ready);
              Problem.addTo(config.routes);
              config.requestLogger.http((ctx, millis) -> count(ctx));
            });
  }

  /**
   * Starts a server.
   *
   * @param registry what {@code /metrics} shows; the server adds its own
   * @throws RunException if it cannot, e.g. because the port is taken; says what to do
   */
  public static HttpFace start(
      RunSettings.Control settings,
      RunDirectory directory,
      ActorRef<Daemon.Command> daemon,
      Scheduler scheduler,
      CollectorRegistry registry)
      throws RunException {
    try {
      HttpFace face = new HttpFace(settings, directory, daemon, scheduler, registry);
      face.server.start(settings.host(), settings.port());
      registry.register(face.requests);
      return face;
    } catch (UnknownHostException e) {
      throw new RunException(
          "control.host is \"%s\", which is not a known host".formatted(settings.host()), e);
    } catch (IOException | RuntimeException e) {
      throw new RunException(reason(settings, e), e);
    }
  }

  /** Where the server is reached. */
  public URI address() {
    String host = settings.host();
    return URI.create(
        "http://%s:%d".formatted(host.contains(":") ? "[" + host + "]" : host, server.port()));
  }

  /** Sends an event to those who follow the run; never waits. */
  public void publish(JournalEvent event) {
    events.publish(event);
  }

  /** Ends the server; requests whose answer is there have a few seconds to be answered. */
  @Override
  public void close() {
    events.close();
    server.stop();
    registry.unregister(requests);
  }

  private static void prepare(JavalinConfig config, QueuedThreadPool threads) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        jetty -> {
          jetty.setHandler(new GracefulHandler());
          jetty.setStopTimeout(GRACE_MILLIS);
        });
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private void count(Context ctx) {
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    String route = Optional.ofNullable(endpoint).map(found -> found.path).orElse("other");
    requests.labels(route, Integer.toString(ctx.statusCode())).inc();
  }

  private static String reason(RunSettings.Control settings, Exception e) {
    boolean taken =
        Stream.iterate(e, cause -> cause != null, Throwable::getCause)
            .anyMatch(BindException.class::isInstance);
    return taken
        ? ("cannot listen on %s:%d: the port is taken, perhaps by another daemon; use another one:"
                + " --port 0 picks it, control.port sets it")
            .formatted(settings.host(), settings.port())
        : "the control server cannot start on %s:%d: %s"
            .formatted(settings.host(), settings.port(), e.getMessage());
  }
}
