package io.troupe.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class DownloaderTest {
  private static final byte[] CONTENT = new byte[300_000];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  @TempDir Path folder;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private HttpHandler handler = this::serve;

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

  @Test
  void downloadsAFileAndReportsProgress() throws Exception {
    List<Long> progress = new ArrayList<>();
    List<OptionalLong> totals = new ArrayList<>();

    Path path =
        downloader()
            .fetch(
                file(CONTENT),
                folder.resolve("new/cache"),
                (bytes, total) -> {
                  progress.add(bytes);
                  totals.add(total);
                });

    assertThat(path).isEqualTo(folder.resolve("new/cache/data.bin")).hasBinaryContent(CONTENT);
    assertThat(path.getParent()).isDirectoryNotContaining("glob:**.part");
    assertThat(progress).isSorted().startsWith(0L).endsWith((long) CONTENT.length);
    assertThat(totals).containsOnly(OptionalLong.of(CONTENT.length));
    assertThat(requests).containsExactly("/data.bin null");
  }

  @Test
  void aFileThatIsThereIsNotDownloadedAgain() throws Exception {
    Path path = Files.write(folder.resolve("data.bin"), CONTENT);

    assertThat(fetch(file(CONTENT))).isEqualTo(path);

    assertThat(requests).isEmpty();
  }

  @Test
  void withoutAChecksumTheLengthDecides() throws Exception {
    RemoteFile file =
        new RemoteFile(
            "data", "Data", uri(), "data.bin", 1 << 20, RemoteFile.LENGTH, "" + CONTENT.length);
    Path path = Files.write(folder.resolve("data.bin"), new byte[10]);

    assertThat(fetch(file)).isEqualTo(path).hasBinaryContent(CONTENT);
    fetch(file);
    assertThat(requests).hasSize(1);

    RemoteFile longer =
        new RemoteFile(
            "data", "Data", uri(), "data.bin", 1 << 20, RemoteFile.LENGTH, "" + (1 << 20));
    assertThatThrownBy(() -> fetch(longer))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(
            "the length in bytes of what arrived is 300000, expected 1048576; it was deleted");
  }

  @Test
  void aDamagedFileIsReplaced() throws Exception {
    Path path = Files.write(folder.resolve("data.bin"), new byte[10]);

    fetch(file(CONTENT));

    assertThat(path).hasBinaryContent(CONTENT);
  }

  @Test
  void goesOnWhereADownloadBrokeOff() throws Exception {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, 200_000);
          exchange.getResponseBody().flush();
          // Closes the connection, as the body is not complete.
          exchange.close();
        };
    assertThatThrownBy(() -> fetch(file(CONTENT)))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            uri().toString(), "broke off at", "of 300000", "Run 'troupe fetch data' again");
    assertThat(folder.resolve("data.bin")).doesNotExist();
    long kept = Files.size(folder.resolve("data.bin.part"));
    assertThat(kept).isBetween(1L, 200_000L);

    handler = this::serve;
    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);

    assertThat(requests).containsExactly("/data.bin null", "/data.bin bytes=" + kept + "-");
    assertThat(folder.resolve("data.bin.part")).doesNotExist();
  }

  @Test
  void startsAgainWhereTheServerKnowsNoRanges() throws Exception {
    Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(CONTENT, 1000));
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        };

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
  }

  @Test
  void aWholePartNeedsNoServer() throws Exception {
    Files.write(folder.resolve("data.bin.part"), CONTENT);
    server.stop(0);

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
  }

  @Test
  void aPartThatIsLongerThanTheFileIsThrownAway() throws Exception {
    Files.write(folder.resolve("data.bin.part"), Arrays.copyOf(CONTENT, CONTENT.length + 1));

    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);

    assertThat(requests).containsExactly("/data.bin bytes=300001-", "/data.bin null");
  }

  @Test
  void aWrongChecksumRemovesTheFile() throws Exception {
    RemoteFile other = file(new byte[] {1, 2, 3});
    assertThatThrownBy(() -> fetch(other))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(
            "the MD5 of what arrived is " + md5(CONTENT),
            "expected 5289df737df57326fcdd22597afb1fac",
            "it was deleted");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatIsTooLongIsRefusedBeforeItArrives() {
    assertThatThrownBy(() -> fetch(file(CONTENT, 299_999)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("at least 300000 bytes, expected at most 299999");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileOfUnknownLengthIsCutAtTheLimit() throws Exception {
    handler =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        };
    assertThat(fetch(file(CONTENT))).hasBinaryContent(CONTENT);
    Files.delete(folder.resolve("data.bin"));

    assertThatThrownBy(() -> fetch(file(CONTENT, 100_000)))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("expected at most 100000");
    assertThat(folder).isEmptyDirectory();
  }

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

  @Test
  void aFolderThatCannotBeWrittenIsTold() throws Exception {
    Path blocked = Files.writeString(folder.resolve("file"), "").resolve("cache");
    assertThatThrownBy(() -> downloader().fetch(file(CONTENT), blocked, (bytes, total) -> {}))
        .isInstanceOf(FetchException.class)
        .hasMessageContainingAll(blocked.toString(), "cannot be written");
  }

  @Test
  void twoDownloadsOfOneFileDoNotMix() throws Exception {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("data.bin.part"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> fetch(file(CONTENT)))
          .isInstanceOf(FetchException.class)
          .hasMessageContaining("already being downloaded");
    }
  }

  /** Serves the content, or the part of it that is asked for. */
  private void serve(HttpExchange exchange) throws IOException {
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

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Path fetch(RemoteFile file) throws FetchException, InterruptedException {
    return downloader().fetch(file, folder, (bytes, total) -> {});
  }

  private static Downloader downloader() {
    return new Downloader(new ProxySettings(Map.of()));
  }

  private RemoteFile file(byte[] expected) {
    return file(expected, CONTENT.length);
  }

  private RemoteFile file(byte[] expected, long mostBytes) {
    return new RemoteFile("data", "Data", uri(), "data.bin", mostBytes, "MD5", md5(expected));
  }

  private static RemoteFile file(byte[] expected, URI uri) {
    return new RemoteFile("data", "Data", uri, "data.bin", 1 << 20, "MD5", md5(expected));
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:%d/data.bin".formatted(server.getAddress().getPort()));
  }

  private static String md5(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
