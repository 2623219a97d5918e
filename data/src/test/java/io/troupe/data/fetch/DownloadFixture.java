package io.troupe.data.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server of the test's own. */
abstract class DownloadFixture {
  static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  final List<String> requests = new CopyOnWriteArrayList<>();

  final ExecutorService threads = Executors.newCachedThreadPool();

  HttpServer server;

  HttpHandler handler = this::serve;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Range"));
          handler.handle(exchange);
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Serves the content, or the part of it that is asked for. */
  void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (from >= CONTENT.length) {
      exchange.sendResponseHeaders(416, -1);
    } else {
      if (from > 0) {
        exchange
            .getResponseHeaders()
            .add(
                "Content-Range",
                "bytes %d-%d/%d".formatted(from, CONTENT.length - 1, CONTENT.length));
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, CONTENT.length - from);
      exchange.getResponseBody().write(CONTENT, from, CONTENT.length - from);
    }
    exchange.close();
  }

  Path fetch(RemoteFile file) throws FetchException, InterruptedException {
    return downloader().fetch(file, folder, (bytes, total) -> {});
  }

  static Downloader downloader() {
    return new Downloader(new ProxySettings(Map.of()));
  }

  RemoteFile file(byte[] expected) {
    return file(expected, CONTENT.length);
  }

  RemoteFile file(byte[] expected, long mostBytes) {
    return new RemoteFile("data", "Data", uri(), "data.bin", mostBytes, "MD5", md5(expected));
  }

  static RemoteFile file(byte[] expected, URI uri) {
    return new RemoteFile("data", "Data", uri, "data.bin", 1 << 20, "MD5", md5(expected));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:%d/data.bin".formatted(server.getAddress().getPort()));
  }

  static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
