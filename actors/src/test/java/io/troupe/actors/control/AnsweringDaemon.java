package io.troupe.actors.control;

import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Holds a run and answers requests with JSON of a test's own, as its daemon would. */
public final class AnsweringDaemon implements AutoCloseable {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final RunLock lock;

  /**
   * Answers from now on.
   *
   * @param answers JSON for a request such as {@code GET /api/v1/status}
   */
  public AnsweringDaemon(RunDirectory run, Function<String, String> answers) throws IOException {
    lock = RunLock.tryLock(run).orElseThrow();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          byte[] body = exchange.getRequestBody().readAllBytes();
          heard.add((request + " " + new String(body, StandardCharsets.UTF_8)).strip());
          byte[] bytes = answers.apply(request).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Troupe-Daemon", "mine");
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    Files.writeString(run.url(), "http://127.0.0.1:" + server.getAddress().getPort() + "\n");
    Files.writeString(run.id(), "mine\n");
  }

  /** Requests with their bodies. */
  public List<String> heard() {
    return heard;
  }

  @Override
  public void close() throws IOException {
    server.stop(0);
    threads.shutdown();
    lock.close();
  }
}
