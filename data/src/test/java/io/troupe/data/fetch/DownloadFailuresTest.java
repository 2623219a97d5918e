package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers that fail or are silent, redirections and proxies. */
@Tag("protocol")
class DownloadFailuresTest extends DownloadFixture {
  @Test
  void anErrorOfTheServerIsTold() {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        };
    assertThatThrownBy(() -> fetch(file(CONTENT)))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            uri() + ": HTTP status 404",
            "download it elsewhere and put it at " + folder.resolve("data.bin"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void redirectionsAreFollowed() throws Exception {
    handler =
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/data.bin")) {
            exchange.getResponseHeaders().add("Location", "/moved.bin");
            exchange.sendResponseHeaders(301, -1);
            exchange.close();
          } else {
            serve(exchange);
          }
        };

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
  }

  @Test
  void aPortThatNobodyListensOnIsTold() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    RemoteFile file = file(CONTENT, URI.create("http://127.0.0.1:%d/data.bin".formatted(port)));
    assertThatThrownBy(() -> fetch(file))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            file.uri() + ": no answer: ", "put it at " + folder.resolve("data.bin"));
  }

  @Test
  void aHostThatIsNotKnownIsTold() {
    RemoteFile file = file(CONTENT, URI.create("http://nowhere.invalid/data.bin"));
    assertThatThrownBy(() -> fetch(file))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("no answer: unknown host name");
  }

  @Test
  void aServerThatFallsSilentIsGivenUp() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 100_000);
          exchange.getResponseBody().flush();
          await(done);
        };
    Downloader impatient = new Downloader(new ProxySettings(Map.of()), Duration.ofMillis(1500));

    FetchException failure =
        catchThrowableOfType(
            FetchException.class,
            () -> impatient.fetch(file(CONTENT), folder, (bytes, total) -> {}));
    done.countDown();

    assertThat(failure)
        .hasMessageContainingAll("broke off at byte 100000 of 300000", "nothing came");
    assertThat(folder.resolve("data.bin.part")).hasSize(100_000);
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() {
    CountDownLatch done = new CountDownLatch(1);
    handler = exchange -> await(done);
    Downloader impatient = new Downloader(new ProxySettings(Map.of()), Duration.ofMillis(300));

    FetchException failure =
        catchThrowableOfType(
            FetchException.class,
            () -> impatient.fetch(file(CONTENT), folder, (bytes, total) -> {}));
    done.countDown();

    assertThat(failure).hasMessageContaining("no answer: timed out");
  }

  @Test
  void theProxyIsAsked() throws Exception {
    String proxy = "http://127.0.0.1:" + server.getAddress().getPort();
    RemoteFile file = file(CONTENT, URI.create("http://nowhere.invalid/data.bin"));

    Path path =
        new Downloader(new ProxySettings(Map.of("http_proxy", proxy)))
            .fetch(file, folder, (bytes, total) -> {});

    assertThat(path).hasBinaryContent(CONTENT);
    assertThat(requests).containsExactly("http://nowhere.invalid/data.bin null");
  }

  @Test
  void theProxyGetsItsPassword() throws Exception {
    String proxy = "http://me:secret@127.0.0.1:" + server.getAddress().getPort();
    handler =
        exchange -> {
          // me:secret in Base64.
          if ("Basic bWU6c2VjcmV0"
              .equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"))) {
            serve(exchange);
          } else {
            exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"p\"");
            exchange.sendResponseHeaders(407, -1);
            exchange.close();
          }
        };
    RemoteFile file = file(CONTENT, URI.create("http://nowhere.invalid/data.bin"));

    Path path =
        new Downloader(new ProxySettings(Map.of("http_proxy", proxy)))
            .fetch(file, folder, (bytes, total) -> {});

    assertThat(path).hasBinaryContent(CONTENT);
  }

  @Test
  void aProxyThatCannotBeIsTold() {
    assertThatThrownBy(
            () ->
                new Downloader(new ProxySettings(Map.of("http_proxy", "socks5://p:1")))
                    .fetch(file(CONTENT), folder, (bytes, total) -> {}))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("http_proxy");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
