package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("protocol")
final class AccessRulesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path folder;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metrics", "/-/healthy", "/api/v1/status", "/nowhere"})
  void withATokenNothingIsShownToThoseWithoutIt(String path) throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.of("s3cret"));

    HttpResponse<String> response = server.get(path);

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).contains("Bearer");
    assertThat(server.daemon.heard).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer s3cret,200",
    "bearer  s3cret,200",
    "Bearer s3cre,401",
    "Bearer s3cretx,401",
    "Bearer,401",
    "s3cret,401",
    "Digest s3cret,401",
    "Basic %%%,401"
  })
  void onlyTheTokenItselfOpens(String authorization, int code) throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.of("s3cret"));

    assertThat(server.get("/api/v1/status", "Authorization", authorization).statusCode())
        .isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"me:s3cret,200", ":s3cret,200", "s3cret:me,401"})
  void browsersMayGiveTheTokenAsAPassword(String credentials, int code) throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.of("s3cret"));
    String encoded =
        Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));

    assertThat(server.get("/api/v1/status", "Authorization", "Basic " + encoded).statusCode())
        .isEqualTo(code);
  }

  @Test
  void anAddressOfLoopbackThatItListensOnIsAName() throws Exception {
    TestServer server =
        new TestServer(KIT, folder, new RunSettings.Control("127.0.0.2", 0, Optional.empty()), 1);

    assertThat(server.get("/api/v1/status").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:8087,200",
    "LOCALHOST,200",
    "127.0.0.1,200",
    "[::1]:9,200",
    "evil.example:8087,403",
    "localhost.evil.example,403",
    "127.0.0.1.evil.example:80,403"
  })
  void onLoopbackTheHostMustNameThisMachine(String host, int code) throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.empty());

    assertThat(rawStatus(server, host)).isEqualTo(code);
  }

  @Test
  void guessingTokensIsBraked() throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.of("s3cret"));
    for (int i = 0; i < 30; i++) {
      assertThat(server.get("/api/v1/status").statusCode()).as("without a guess").isEqualTo(401);
    }
    assertThat(guess(server, "s3cret")).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      assertThat(guess(server, "guess" + i)).isEqualTo(401);
    }

    assertThat(guess(server, "guess10")).isEqualTo(429);
    assertThat(guess(server, "s3cret")).as("a right guess is not told either").isEqualTo(429);
    assertThat(server.daemon.heard).hasSize(1);
  }

  private static int guess(TestServer server, String token) throws Exception {
    return server.get("/api/v1/status", "Authorization", "Bearer " + token).statusCode();
  }

  @Test
  void aForeignPageMayNotChangeTheRun() throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.empty());

    for (String origin : new String[] {"http://evil.example", "null", "http://127.0.0.1:1"}) {
      HttpResponse<String> response = server.send("POST", "/api/v1/stop", "", "Origin", origin);
      assertThat(response.statusCode()).isEqualTo(403);
      assertThat(response.body()).contains(origin);
    }
    assertThat(server.daemon.heard).isEmpty();
  }

  @Test
  void theOwnPageMayChangeTheRun() throws Exception {
    TestServer server = new TestServer(KIT, folder, Optional.empty());

    assertThat(
            server
                .send("POST", "/api/v1/pause", "", "Origin", server.address.toString())
                .statusCode())
        .isEqualTo(200);
  }

  private static int rawStatus(TestServer server, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(response.substring(9, 12));
    }
  }
}
