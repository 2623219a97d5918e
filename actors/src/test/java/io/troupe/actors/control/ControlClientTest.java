package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.sun.net.httpserver.HttpServer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
final class ControlClientTest {
  private static final String ID = "mine";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private RunDirectory directory;
  private RunLock lock;

  @BeforeEach
  void makeDirectory() {
    directory = new RunDirectory(folder);
  }

  @AfterEach
  void unlock() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }

  @Test
  void aRunWithoutADaemonIsNamed() {
    assertThatThrownBy(() -> ControlClient.of(directory, Optional.empty()))
        .isInstanceOf(ControlException.class)
        .hasMessage("no daemon is running on " + folder);
  }

  @Test
  void aDaemonThatDiedIsNamedWithItsProcess() throws Exception {
    Process ended = new ProcessBuilder(javaBinary(), "-version").start();
    ended.waitFor();
    Files.writeString(directory.pid(), ended.pid() + "\n");
    Files.writeString(directory.url(), "http://127.0.0.1:8087\n");

    assertThatThrownBy(() -> ControlClient.of(directory, Optional.empty()))
        .isInstanceOf(ControlException.class)
        .hasMessage("no daemon is running on %s (its last process was %d)", folder, ended.pid());
  }

  @Test
  void aDaemonWithoutAnAddressIsStillStarting() throws Exception {
    hold();

    assertThatThrownBy(() -> ControlClient.of(directory, Optional.empty()))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("still starting");
  }

  @Test
  void aRefusedConnectionIsNamedWithTheAddress() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    ControlClient client = client("http://127.0.0.1:" + free, Optional.empty());

    assertThatThrownBy(client::status)
        .isInstanceOf(ControlException.class)
        .hasMessageContainingAll("nothing listens at http://127.0.0.1:" + free, folder.toString());
  }

  @Test
  void thePidOfAnotherProgramIsNoDaemon() throws Exception {
    Files.writeString(directory.pid(), ProcessHandle.current().pid() + "\n");
    Files.writeString(directory.url(), "http://127.0.0.1:8087\n");

    assertThatThrownBy(() -> ControlClient.of(directory, Optional.empty()))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("no daemon is running on " + folder);
  }

  @Test
  void anAnswerIsParsedAndTheTokenBorne() throws Exception {
    AtomicReference<String> authorization = new AtomicReference<>();
    HttpServer server = serve(200, "{\"step\":5,\"message\":\"paused\"}", authorization);
    try {
      ControlClient client = client(url(server), Optional.of("s3cret"));

      assertThat(client.command("pause", TIMEOUT).get("step").asLong()).isEqualTo(5);
      assertThat(authorization).hasValue("Bearer s3cret");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRefusalIsTheMessage() throws Exception {
    HttpServer server =
        serve(409, "{\"detail\":\"already paused\",\"step\":5}", new AtomicReference<>());
    try {
      ControlClient client = client(url(server), Optional.empty());

      assertThatThrownBy(() -> client.command("pause", TIMEOUT))
          .isInstanceOf(ControlException.class)
          .hasMessage("step 5: already paused");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aPortThatAnotherRunHasNowDoesNotLeadToIt() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try {
      TestServer other = new TestServer(kit, folder.resolve("other"), Optional.empty());
      ControlClient client = client(other.address.toString(), Optional.empty());

      assertThatThrownBy(() -> client.command("stop", TIMEOUT))
          .isInstanceOf(ControlException.class)
          .hasMessageContainingAll("not the daemon of " + folder, other.address.toString());
      assertThat(other.daemon.heard).isEmpty();
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void anAnswerOfAnotherDaemonIsNotTaken() throws Exception {
    HttpServer server = serve(200, "{\"step\":5}", "another", new AtomicReference<>());
    try {
      assertThatThrownBy(client(url(server), Optional.empty())::status)
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("not the daemon of " + folder);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aMissingTokenIsExplained() throws Exception {
    HttpServer server = serve(401, "{\"detail\":\"token\"}", new AtomicReference<>());
    try {
      assertThatThrownBy(client(url(server), Optional.empty())::status)
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("TROUPE_CONTROL_TOKEN");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anotherProgramOnThePortIsNotMistakenForADaemon() throws Exception {
    HttpServer server = serve(200, "<html>", new AtomicReference<>());
    try {
      assertThatThrownBy(client(url(server), Optional.empty())::status)
          .isInstanceOf(ControlException.class)
          .hasMessageContaining("no Troupe daemon");
    } finally {
      server.stop(0);
    }
  }

  private void hold() throws IOException {
    lock = RunLock.tryLock(directory).orElseThrow();
  }

  private ControlClient client(String url, Optional<String> token) throws Exception {
    hold();
    Files.writeString(directory.url(), url + "\n");
    Files.writeString(directory.id(), ID + "\n");
    return ControlClient.of(directory, token);
  }

  private static HttpServer serve(int code, String body, AtomicReference<String> authorization)
      throws IOException {
    return serve(code, body, ID, authorization);
  }

  private static HttpServer serve(
      int code, String body, String id, AtomicReference<String> authorization) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.getResponseHeaders().set("Troupe-Daemon", id);
          exchange.sendResponseHeaders(code, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String javaBinary() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
