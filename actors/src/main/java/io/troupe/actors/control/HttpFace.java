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
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jetty.server.AcceptRateLimit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of a run, from its start to {@link #close}. */
public final class HttpFace implements AutoCloseable {
  private static final int USUAL_PORT = 8087;
  private static final int MAX_THREADS = 14;

  /** Of those, what one kind of answer may hold; some accept connections, some check health. */
  private static final int MAX_HELD = 6;

  private static final int MAX_CONNECTIONS = 256;
  private static final int MAX_CONNECTIONS_PER_SECOND = 200;

  /** Connections that wait to be accepted; of more some ask anew after seconds. */
  private static final int MAX_WAITING = 1024;

  private static final int MIN_THREADS = 2;
  private static final int IDLE_THREAD_MILLIS = 60_000;
  private static final long GRACE_MILLIS = 3_000;

  private final RunSettings.Control settings;
  private final CollectorRegistry registry;
  private final CpuBudget budget = CpuBudget.ofMachine();
  private final CpuBudget healthBudget = budget.forHealth();
  private final ExecutorService answering = executor("troupe-http-answer", 4);
  private final ExecutorService checking = executor("troupe-http-health", 1);
  private final EventStream events = new EventStream(budget);
  private final DaemonGate gate = gate(answering, budget);
  private final DaemonGate healthGate = gate(checking, healthBudget);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Counter requests =
      Counter.build("troupe_control_requests_total", "Requests to the control server.")
          .labelNames("route", "code")
          .create();
  private final Javalin server;

  private HttpFace(
      RunSettings.Control settings,
      int port,
      RunDirectory directory,
      String id,
      CollectorRegistry registry)
      throws IOException {
    this.settings = settings;

    this.registry = registry;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_THREAD_MILLIS);
    threads.setName("troupe-http");
    threads.setDaemon(true);
    AccessRules access = new AccessRules(settings);
    HealthRoutes health = new HealthRoutes(healthGate, Clock.systemUTC());
    ControlRoutes control = new ControlRoutes(gate, health, id);
    FileRoutes files = new FileRoutes(directory, registry);
    server =
        Javalin.create(
            config -> {
              prepare(
                  config,
                  settings.host(),
                  port,
                  threads,
                  new LoadLimit(budget, healthBudget, id, MAX_HELD));
              config.routes.before(ctx -> ctx.header(Identity.HEADER, id));
              config.routes.before(access::check);
              config.routes.before(ctx -> Identity.check(ctx, id, directory));
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
   * Starts a server. Until it is attached to a daemon it says that the run is starting.
   *
   * @param id the daemon's identity
   * @param registry what {@code /metrics} shows; the server adds its own
   * @throws RunException if it cannot, e.g. because the port is taken; says what to do
   */
  public static HttpFace start(
      RunSettings.Control settings, RunDirectory directory, String id, CollectorRegistry registry)
      throws RunException {
    if (settings.port() != RunSettings.Control.ANY_PORT) {
      return start(settings, settings.port(), directory, id, registry);
    }
    if (isTaken(settings.host())) {
      return start(settings, 0, directory, id, registry);
    }
    try {
      return start(settings, USUAL_PORT, directory, id, registry);
    } catch (RunException e) {
      if (!isTaken(e)) {
        throw e;
      }
      return start(settings, 0, directory, id, registry); // Taken since a moment ago.
    }
  }

  /** Asked first, because the server logs a failed start as an error. */
  private static boolean isTaken(String host) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, USUAL_PORT));
      return false;
    } catch (BindException e) {
      return true;
    } catch (IOException e) {
      return false; // The start will tell.
    }
  }

  private static HttpFace start(
      RunSettings.Control settings,
      int port,
      RunDirectory directory,
      String id,
      CollectorRegistry registry)
      throws RunException {
    try {
      HttpFace face = new HttpFace(settings, port, directory, id, registry);
      face.server.start();
      registry.register(face.requests);
      return face;
    } catch (UnknownHostException e) {
      throw new RunException(
          "control.host is \"%s\", which is not a known host".formatted(settings.host()), e);
    } catch (IOException | RuntimeException e) {
      throw new RunException(reason(settings.host(), port, e), e);
    }
  }

  /** Lets clients ask a daemon from now on. */
  public void attach(ActorRef<Daemon.Command> daemon, Scheduler scheduler) {
    gate.attach(daemon, scheduler);
    healthGate.attach(daemon, scheduler);
  }

  /** Where the server is reached. */
  public URI address() {
    String host = settings.host();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port());
  }

  /** Sends an event to those who follow the run; never waits. */
  public void publish(JournalEvent event) {
    events.publish(event);
  }

  /** Ends the server; requests whose answer is there have a few seconds to be answered. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      events.close();
      server.stop();
      answering.shutdownNow();
      checking.shutdownNow();
      registry.unregister(requests);
    }
  }

  private static DaemonGate gate(ExecutorService threads, CpuBudget payee) {
    return new DaemonGate(task -> threads.execute(payee.paying(task)));
  }

  private static ExecutorService executor(String name, int threads) {
    return Executors.newFixedThreadPool(
        threads,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  private static void prepare(
      JavalinConfig config, String host, int port, QueuedThreadPool threads, LoadLimit limit) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jetty.threadPool = threads;
    config.jetty.modifyServer(
        jetty -> {
          jetty.setHandler(new GracefulHandler(limit));
          jetty.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, jetty));
          jetty.addBean(
              new AcceptRateLimit(MAX_CONNECTIONS_PER_SECOND, 1, TimeUnit.SECONDS, jetty));
          jetty.setStopTimeout(GRACE_MILLIS);
        });
    config.jetty.addConnector(
        (jetty, http) -> {
          ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
          connector.setHost(host);
          connector.setPort(port);
          connector.setAcceptQueueSize(MAX_WAITING);
          return connector;
        });
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private void count(Context ctx) {
    Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
    String route = Optional.ofNullable(endpoint).map(found -> found.path).orElse("other");
    requests.labels(route, Integer.toString(ctx.statusCode())).inc();
  }

  private static boolean isTaken(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .anyMatch(BindException.class::isInstance);
  }

  private static String reason(String host, int port, Exception e) {
    return isTaken(e)
        ? ("cannot listen on %s:%d: the port is taken, perhaps by another daemon; use another one:"
                + " --port 0 picks it, control.port sets it")
            .formatted(host, port)
        : "the control server cannot start on %s:%d: %s".formatted(host, port, e.getMessage());
  }
}
