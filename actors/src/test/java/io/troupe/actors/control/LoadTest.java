package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.troupe.actors.http.CpuBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that want too much of a server. */
@Tag("protocol")
final class LoadTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int CLIENTS = 24;
  private static final int REQUESTS = 25;

  @TempDir private Path folder;
  private final List<Socket> sockets = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(KIT, folder, Optional.empty(), CpuBudget.BESIDE_TRAINING);
  }

  @AfterEach
  void closeSockets() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void bodiesThatDoNotComeHoldUpNothingElse() throws Exception {
    for (int i = 0; i < CLIENTS; i++) {
      write(
          connect(Optional.empty()),
          "PATCH /api/v1/settings HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    }
    // Two bodies are waited for; all others have been turned away when this goes on.
    awaitAnswers(CLIENTS - 2);

    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
    assertThat(server.send("POST", "/api/v1/pause", "").statusCode()).isEqualTo(200);
  }

  @Test
  void clientsThatDoNotReadLeaveTheHealthChecksTheirThreads() throws Exception {
    Path samples = Files.createDirectories(folder.resolve("samples"));
    Files.write(samples.resolve("step-000000900.png"), new byte[16 << 20]);
    for (int i = 0; i < CLIENTS; i++) {
      write(
          connect(Optional.of(1024)),
          "GET /api/v1/samples/latest.png HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
    assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);
    HttpResponse<String> waited = server.get("/api/v1/status");
    assertThat(waited.statusCode()).isEqualTo(503);
    assertThat(waited.headers().firstValue("Retry-After")).contains("1");
  }

  /** In the order of their coming all who never pause would be answered before. */
  @Test
  void whoAsksNowAndThenComesFirst() throws Exception {
    AtomicLong answers = new AtomicLong();
    AtomicBoolean ended = new AtomicBoolean();
    int many = 2 * CLIENTS;
    ExecutorService clients = Executors.newFixedThreadPool(many);
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      all.add(
          clients.submit(
              () -> {
                HttpClient client = HttpClient.newHttpClient();
                while (!ended.get()) {
                  client.send(server.request("GET", "/nowhere", ""), BodyHandlers.discarding());
                  answers.incrementAndGet();
                }
                return null;
              }));
    }
    try {
      while (answers.get() < 3L * many) {
        Thread.sleep(10);
      }
      for (int i = 0; i < 4; i++) {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = server.request("GET", "/api/v1/status", "");
        long before = answers.get();
        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(answers.get() - before).isLessThan(many / 2);
      }
    } finally {
      ended.set(true);
      clients.shutdown();
    }
    for (Future<Void> one : all) {
      one.get();
    }
  }

  @Test
  void clientsThatNeverPauseGetAtMostATenthOfTheMachine() throws Exception {
    server.get("/api/v1/status");
    Map<Long, Long> before = cpuNanos();
    long begin = System.nanoTime();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String path = List.of("/api/v1/status", "/metrics", "/", "/nowhere").get(i % 4);
        all.add(clients.submit(() -> ask(path)));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    } finally {
      clients.shutdownNow();
    }
    long elapsed = System.nanoTime() - begin;
    long used =
        cpuNanos().entrySet().stream()
            .mapToLong(entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0L))
            .sum();

    double machine = (double) elapsed * Runtime.getRuntime().availableProcessors();
    System.getLogger(LoadTest.class.getName())
        .log(System.Logger.Level.INFO, "server: {0} of the machine", used / machine);
    assertThat(used / machine).isBetween(0.001, 0.1);
  }

  /** Each answer is awaited before the next request; who is turned away asks again at once. */
  private Void ask(String path) throws IOException, InterruptedException {
    int turnedAway = 0;
    for (int i = 0; i < REQUESTS; ) {
      HttpResponse<String> response = server.get(path);
      if (response.statusCode() == 503) {
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(++turnedAway).isLessThan(1000);
      } else {
        assertThat(response.statusCode()).isIn(200, 404);
        i++;
      }
    }
    return null;
  }

  private static Map<Long, Long> cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> nanos = new HashMap<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("troupe-http")) {
        nanos.put(thread.getId(), Math.max(0, threads.getThreadCpuTime(thread.getId())));
      }
    }
    return nanos;
  }

  private Socket connect(Optional<Integer> receiveBuffer) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    if (receiveBuffer.isPresent()) {
      socket.setReceiveBufferSize(receiveBuffer.get());
    }
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.address.getPort()));
    return socket;
  }

  private void awaitAnswers(int count) {
    TestProbe<Void> probe = KIT.createTestProbe();
    probe.awaitAssert(
        Duration.ofSeconds(30),
        () -> {
          int answered = 0;
          for (Socket socket : sockets) {
            answered += available(socket) > 0 ? 1 : 0;
          }
          assertThat(answered).isGreaterThanOrEqualTo(count);
          return null;
        });
  }

  private static int available(Socket socket) {
    try {
      return socket.getInputStream().available();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }
}
