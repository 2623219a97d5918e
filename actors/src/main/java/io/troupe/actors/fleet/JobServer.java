package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.supervision.HeapSpace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the processes of a node's runs hand their jobs over: HTTP on this machine only, with a
 * token that those processes are given. A run asks for its job until that has ended; one that is
 * not asked for is withdrawn.
 *
 * <p>It is not {@link io.troupe.actors.http.HttpServer}, which bounds the threads and the processor
 * time of its answers so that people's questions cost training little: here each job holds a thread
 * while it waits, its megabytes must not wait for a budget, and nobody but those processes asks.
 */
final class JobServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobServer.class);

  private static final int MOST_JOBS = 64;
  private static final int MOST_BYTES = 1 << 30;
  private static final int TOKEN_BYTES = 32;
  private static final Duration ANSWER = Duration.ofSeconds(1);

  /** How long a question for news waits for them. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ActorRef<JobDesk.Command> desk;
  private final ActorSystem<?> system;
  private final Duration forgotten;
  private final String token;
  private final HttpServer server;
  private final ExecutorService threads;
  private final ScheduledExecutorService clock;
  private final Map<String, JobTicket> tickets = new ConcurrentHashMap<>();

  /** An answer that says what is wrong. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private JobServer(ActorRef<JobDesk.Command> desk, ActorSystem<?> system, Duration forgotten)
      throws IOException {
    this.desk = desk;
    this.forgotten = forgotten;
    this.system = system;
    byte[] secret = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(secret);
    token = HexFormat.of().formatHex(secret);
    ThreadFactory daemons =
        task -> {
          Thread thread = new Thread(task, "troupe-jobs-http");
          thread.setDaemon(true);
          return thread;
        };
    threads = Executors.newCachedThreadPool(daemons);
    clock = Executors.newSingleThreadScheduledExecutor(daemons);
    ScheduledFuture<?> unused =
        clock.scheduleWithFixedDelay(
            this::forget, LOOK.toSeconds(), LOOK.toSeconds(), TimeUnit.SECONDS);
    // Else the end of an answer waits for a confirmation of its beginning.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Listens from now on.
   *
   * @param forgotten is what no process has asked for so long
   * @throws IOException if it cannot
   */
  static JobServer start(ActorRef<JobDesk.Command> desk, ActorSystem<?> system, Duration forgotten)
      throws IOException {
    return new JobServer(desk, system, forgotten);
  }

  /** What the processes of runs need to know, as variables of their environment. */
  Map<String, String> environment() {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return Map.of(NodeJobs.URL_VARIABLE, url.toString(), NodeJobs.TOKEN_VARIABLE, token);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        requireToken(exchange);
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        if (path.length != 3) {
          throw new RefusedException(404, "no such thing");
        }
        switch (exchange.getRequestMethod() + " " + path[1]) {
          case "GET kinds" -> kind(exchange, path[2]);
          case "POST jobs" -> take(exchange, path[2]);
          case "GET jobs" -> tell(exchange, path[2]);
          case "DELETE jobs" -> withdraw(exchange, path[2]);
          default -> throw new RefusedException(404, "no such thing");
        }
      } catch (RefusedException e) {
        answer(exchange, e.status, e.getMessage().getBytes(StandardCharsets.UTF_8));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.error("a job's request failed", e);
        throw e;
      }
    }
  }

  private void requireToken(HttpExchange exchange) throws RefusedException {
    String found =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (!MessageDigest.isEqual(
        ("Bearer " + token).getBytes(StandardCharsets.UTF_8),
        found.getBytes(StandardCharsets.UTF_8))) {
      throw new RefusedException(401, "the token is missing or wrong");
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static JobKind known(String label) throws RefusedException {
    return JobKind.of(label)
        .orElseThrow(() -> new RefusedException(404, "jobs \"%s\" are not known".formatted(label)));
  }

  private void kind(HttpExchange exchange, String label) throws RefusedException, IOException {
    JobKind kind = known(label);
    boolean taken =
        AskPattern.<JobDesk.Command, Boolean>ask(
                desk, to -> new JobDesk.IsTaken(kind, to), ANSWER, system.scheduler())
            .exceptionally(late -> false)
            .toCompletableFuture()
            .join();
    answer(exchange, taken ? 200 : 503, new byte[0]);
  }

  private void take(HttpExchange exchange, String id) throws RefusedException, IOException {
    Map<String, String> query = query(exchange);
    JobKind kind = known(query.getOrDefault("kind", ""));
    long step = Long.parseLong(query.getOrDefault("step", "0"));
    if (tickets.size() >= MOST_JOBS) {
      throw new RefusedException(
          NodeJobs.BUSY, "its node has %d jobs already".formatted(MOST_JOBS));
    }
    JobData input = new JobData(body(exchange));
    if (!input.sha256().equals(exchange.getRequestHeaders().getFirst(NodeJobs.SHA256_HEADER))) {
      throw new RefusedException(400, "the input's SHA-256 is another one");
    }
    JobTicket ticket = new JobTicket(id, kind, step, input);
    tickets.put(id, ticket);
    desk.tell(new JobDesk.Take(ticket));
    answer(exchange, 202, new byte[0]);
  }

  private static byte[] body(HttpExchange exchange) throws RefusedException, IOException {
    long length =
        Long.parseLong(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"))
                .orElse("0"));
    if (length > MOST_BYTES) {
      throw new RefusedException(413, "a job of %d bytes is too large".formatted(length));
    }
    try {
      HeapSpace.require(length, "a job of a run");
    } catch (IllegalStateException e) {
      throw new RefusedException(507, "its node: " + e.getMessage());
    }
    byte[] body = exchange.getRequestBody().readNBytes((int) length);
    if (body.length != length) {
      throw new RefusedException(400, "%d of %d bytes came".formatted(body.length, length));
    }
    return body;
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    return Arrays.stream(query.split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, last) -> last));
  }

  /** Withdraws what nobody has asked for any more: its run's process has ended. */
  private void forget() {
    for (JobTicket ticket : tickets.values()) {
      if (ticket.isForgotten(forgotten)) {
        withdraw(ticket.id());
      }
    }
  }

  private void tell(HttpExchange exchange, String id)
      throws RefusedException, IOException, InterruptedException {
    JobTicket ticket = tickets.get(id);
    if (ticket == null) {
      throw new RefusedException(410, "its node does not know it any more");
    }
    JobTicket.State state = ticket.await(query(exchange).getOrDefault("seen", ""), WAIT);
    if (state instanceof JobTicket.Done done) {
      exchange.getResponseHeaders().set(NodeJobs.NODE_HEADER, done.node());
      exchange.getResponseHeaders().set(NodeJobs.SHA256_HEADER, done.output().sha256());
      answer(exchange, 200, done.output().bytes());
      tickets.remove(id);
    } else if (state instanceof JobTicket.Undone undone) {
      tickets.remove(id);
      throw new RefusedException(undone.busy() ? NodeJobs.BUSY : 410, undone.reason());
    } else if (state instanceof JobTicket.Underway underway) {
      answer(exchange, 202, underway.share().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void withdraw(HttpExchange exchange, String id) throws IOException {
    withdraw(id);
    answer(exchange, 204, new byte[0]);
  }

  private void withdraw(String id) {
    if (tickets.remove(id) != null) {
      desk.tell(new JobDesk.Withdraw(id));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
