package io.troupe.actors.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.AcceptRateLimit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server that asks who its clients are and bounds what they take, from {@link #start} to
 * {@link #close}.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private static final int MAX_THREADS = 14;

  /** Of those, what one kind of answer may hold; some accept connections, some check health. */
  private static final int MAX_HELD = 6;

  private static final int MAX_CONNECTIONS = 256;

  /**
   * In {@link #ACCEPTING_SECONDS}. Each costs up to a millisecond, for which nobody pays: more use
   * up what answers may take. As many as can be open may come at once.
   */
  private static final int MAX_NEW_CONNECTIONS = 300;

  /** Of encrypted ones: agreeing on keys takes some milliseconds. */
  private static final int MAX_NEW_ENCRYPTED = 75;

  private static final int ACCEPTING_SECONDS = 3;

  /** Connections that wait to be accepted; of more some ask anew after seconds. */
  private static final int MAX_WAITING = 1024;

  private static final int MIN_THREADS = 2;
  private static final int IDLE_THREAD_MILLIS = 60_000;
  private static final long GRACE_MILLIS = 3_000;

  private final RunSettings.Control settings;
  private final int usualPort;
  private final Map<String, String> headers;
  private final CpuBudget budget;
  private final CpuBudget healthBudget;
  private final List<ExecutorService> executors = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final LateAnswers late = new LateAnswers();
  private Javalin server;
  private Optional<LoadLimit> limit = Optional.empty();
  private Optional<ServerCertificate> certificate = Optional.empty();

  /**
   * A server that does not listen yet.
   *
   * @param usualPort where it listens if the settings leave the port to it and that one is free
   * @param headers what every answer bears
   * @param share of all cores' time that answers may take
   */
  public HttpServer(
      RunSettings.Control settings, int usualPort, Map<String, String> headers, double share) {
    budget = CpuBudget.ofMachine(share);
    healthBudget = budget.forHealth();
    this.settings = settings;
    this.usualPort = usualPort;
    this.headers = Map.copyOf(headers);
  }

  /** Pays for what answers compute. */
  public CpuBudget budget() {
    return budget;
  }

  /** Pays for what health checks, below {@code /-/}, compute. */
  public CpuBudget healthBudget() {
    return healthBudget;
  }

  /** Threads whose tasks a budget pays for; they end with the server. */
  public Executor executor(String name, int threads, CpuBudget payee) {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executors.add(executor);
    return task -> executor.execute(payee.paying(task));
  }

  /**
   * Listens from now on.
   *
   * @param routes adds what it answers
   * @param more changes its configuration further
   * @throws ServerStartException if it cannot, e.g. because the port is taken; says what to do
   */
  public void start(Consumer<RoutesConfig> routes, Consumer<JavalinConfig> more)
      throws ServerStartException {
    if (settings.port() != RunSettings.Control.ANY_PORT) {
      start(settings.port(), routes, more);
    } else if (isTaken(settings.host())) {
      start(0, routes, more);
    } else {
      try {
        start(usualPort, routes, more);
      } catch (ServerStartException e) {
        if (!isTaken(e)) {
          throw e;
        }
        start(0, routes, more); // Taken since a moment ago.
      }
    }
  }

  /** Asked first, because the server logs a failed start as an error. */
  private boolean isTaken(String host) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, usualPort));
      return false;
    } catch (BindException e) {
      return true;
    } catch (IOException e) {
      return false; // The start will tell.
    }
  }

  private void start(int port, Consumer<RoutesConfig> routes, Consumer<JavalinConfig> more)
      throws ServerStartException {
    try {
      AccessRules access = new AccessRules(settings.host(), AccessToken.of(settings));
      certificate = ServerCertificate.read(settings.tls(), Instant.now());
      server =
          Javalin.create(
              config -> {
                prepare(config, port);
                config.routes.before(ctx -> headers.forEach(ctx::header));
                config.routes.before(access::check);
                config.routes.before(ctx -> ctx.header("X-Content-Type-Options", "nosniff"));
                routes.accept(config.routes);
                Problem.addTo(config.routes);
                more.accept(config);
              });
      server.start();
    } catch (UnknownHostException e) {
      throw new ServerStartException(
          "control.host is \"%s\", which is not a known host".formatted(settings.host()), e);
    } catch (RuntimeException e) {
      throw new ServerStartException(reason(port, e), e);
    }
  }

  /** Where the server is reached. */
  public URI address() {
    String host = settings.host();
    return URI.create(
        (certificate.isPresent() ? "https://" : "http://")
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + server.port());
  }

  /** The SHA-256 of the certificate that it shows, in hexadecimal; empty if it shows none. */
  public Optional<String> certificateSha256() {
    return certificate.map(ServerCertificate::sha256);
  }

  /** Ends the server; requests whose answer is there have a few seconds to be answered. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      if (server != null) {
        late.end();
        limit.ifPresent(LoadLimit::end);
        stop();
      }
      executors.forEach(ExecutorService::shutdownNow);
    }
  }

  /** By Jetty itself: Javalin logs a late end as an error with its stack. */
  private void stop() {
    try {
      server.jettyServer().server().stop();
    } catch (TimeoutException e) {
      LOG.warn("Answers that clients had not read {} ms after the end were cut off.", GRACE_MILLIS);
    } catch (Exception e) {
      LOG.warn("The HTTP server did not end as it should: {}", e.toString());
    }
  }

  private void prepare(JavalinConfig config, int port) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_THREAD_MILLIS);
    threads.setName("troupe-http");
    threads.setDaemon(true);
    config.appData(LateAnswers.KEY, late);
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jetty.threadPool = threads;
    ProblemPages pages = new ProblemPages(headers);
    config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(pages));
    config.jetty.modifyServer(
        jetty -> {
          jetty.setErrorHandler(pages);
          NetworkConnectionLimit connections = new NetworkConnectionLimit(MAX_CONNECTIONS, jetty);
          jetty.addBean(connections);
          LoadLimit made =
              new LoadLimit(
                  budget,
                  healthBudget,
                  headers,
                  MAX_HELD,
                  () -> connections.getNetworkConnectionCount() >= MAX_CONNECTIONS);
          limit = Optional.of(made);
          jetty.setHandler(new GracefulHandler(made));
          jetty.addBean(
              new AcceptRateLimit(
                  certificate.isPresent() ? MAX_NEW_ENCRYPTED : MAX_NEW_CONNECTIONS,
                  ACCEPTING_SECONDS,
                  TimeUnit.SECONDS,
                  jetty));
          jetty.setStopTimeout(GRACE_MILLIS);
        });
    config.jetty.addConnector(
        (jetty, http) -> {
          // AccessRules looks at the Host header; Jetty would want a name of the certificate.
          if (certificate.isPresent()) {
            http.addCustomizer(new SecureRequestCustomizer(false));
          }
          ServerConnector connector =
              certificate.isPresent()
                  ? new ServerConnector(
                      jetty, encrypting(certificate.get()), new HttpConnectionFactory(http))
                  : new ServerConnector(jetty, new HttpConnectionFactory(http));
          connector.setHost(settings.host());
          connector.setPort(port);
          connector.setAcceptQueueSize(MAX_WAITING);
          return connector;
        });
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
  }

  private static SslConnectionFactory encrypting(ServerCertificate certificate) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(certificate.context());
    tls.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    tls.setRenegotiationAllowed(false);
    return new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString());
  }

  private static boolean isTaken(Throwable e) {
    return Stream.iterate(e, cause -> cause != null, Throwable::getCause)
        .anyMatch(BindException.class::isInstance);
  }

  private String reason(int port, Exception e) {
    return isTaken(e)
        ? ("cannot listen on %s:%d: the port is taken, perhaps by another daemon; use another one:"
                + " --port 0 picks it, control.port sets it")
            .formatted(settings.host(), port)
        : "the server cannot start on %s:%d: %s".formatted(settings.host(), port, e.getMessage());
  }
}
