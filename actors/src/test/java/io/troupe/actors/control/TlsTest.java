package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.http.TestFiles;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon's server over TLS, asked by the command line's client, the studio and others. */
@Tag("protocol")
final class TlsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String TOKEN = "s3cret";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private RunDirectory run;

  @BeforeEach
  void makeRun() throws Exception {
    run = new RunDirectory(Files.createDirectories(folder.resolve("runs/r1")));
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private TestServer server(String certificate, String key) throws Exception {
    return server("127.0.0.1", certificate, key);
  }

  private TestServer server(String host, String certificate, String key) throws Exception {
    TestServer server =
        new TestServer(
            KIT,
            run.root(),
            new RunSettings.Control(
                host,
                0,
                Optional.of(TOKEN),
                Optional.empty(),
                TestFiles.tls(folder, certificate, key)),
            1);
    Files.writeString(run.url(), server.address + "\n");
    Files.writeString(run.id(), TestServer.ID + "\n");
    Files.writeString(run.certificate(), server.certificate.orElseThrow() + "\n");
    return server;
  }

  /** Whatever names are in it. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
  void theClientOfTheCommandLineBelievesTheCertificateOfTheRun(String host) throws Exception {
    TestServer server = server(host, "chain.pem", "server-key.pem");
    assertThat(server.address.getScheme()).isEqualTo("https");
    try (RunLock lock = RunLock.tryLock(run).orElseThrow()) {
      assertThat(lock).isNotNull();
      ControlClient client = ControlClient.of(run, Optional.of(TOKEN));

      assertThat(client.status().get("step").isNumber()).isTrue();
      assertThat(client.command("pause", TIMEOUT).has("message")).isTrue();
      assertThat(client.unready()).isEmpty();
    }
  }

  @Test
  void anotherCertificateIsNotBelievedAndHearsNoToken() throws Exception {
    TestServer server = server("rsa.pem", "rsa-key.pem");
    Files.writeString(run.certificate(), "0".repeat(64) + "\n");
    try (RunLock lock = RunLock.tryLock(run).orElseThrow()) {
      assertThat(lock).isNotNull();

      assertThatThrownBy(ControlClient.of(run, Optional.of(TOKEN))::status)
          .isInstanceOf(ControlException.class)
          .hasMessageContainingAll(server.certificate.orElseThrow(), "daemon.certificate has 000");
      assertThat(server.daemon.heard).isEmpty();
    }
  }

  @Test
  void theStudioHandsOn() throws Exception {
    server("ed25519.pem", "ed25519-key.pem");
    try (RunLock lock = RunLock.tryLock(run).orElseThrow();
        Studio studio =
            Studio.start(
                new RunSettings.Control(
                    "127.0.0.1",
                    0,
                    Optional.empty(),
                    Optional.empty(),
                    TestFiles.tls(folder, "server.pem", "server-key.pem")),
                Optional.of(TOKEN),
                folder.resolve("runs"),
                new Jobs(Optional.empty()))) {
      assertThat(lock).isNotNull();
      HttpClient client = believing("authority.pem");

      HttpResponse<String> paused =
          client.send(
              HttpRequest.newBuilder(studio.address().resolve("/api/v1/runs/r1/pause"))
                  .header("Origin", studio.address().toString())
                  .POST(BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      assertThat(paused.body()).contains("message");
      assertThat(paused.statusCode()).isEqualTo(200);
      JsonNode shown =
          TestServer.json(
              client.send(get(studio.address(), "/api/v1/runs/r1"), BodyHandlers.ofString()));
      assertThat(shown.path("status").path("step").isNumber()).as("%s", shown).isTrue();
    }
  }

  @Test
  void othersThatKnowTheAuthorityAreAnswered() throws Exception {
    TestServer server = server("chain.pem", "server-key.pem");
    HttpRequest request =
        HttpRequest.newBuilder(server.address.resolve("/metrics"))
            .header("Authorization", "Bearer " + TOKEN)
            .build();

    assertThat(believing("authority.pem").send(request, BodyHandlers.ofString()).statusCode())
        .isEqualTo(200);
    assertThatThrownBy(() -> believing("rsa.pem").send(request, BodyHandlers.ofString()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void onlyNewProtocolsAreSpoken() throws Exception {
    TestServer server = server("rsa.pem", "rsa-key.pem");
    for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
      try (SSLSocket socket =
          (SSLSocket)
              context("rsa.pem")
                  .getSocketFactory()
                  .createSocket(InetAddress.getLoopbackAddress(), server.address.getPort())) {
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      }
    }
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.address.getPort())) {
      plain
          .getOutputStream()
          .write(
              "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("HTTP/1.1 200", "troupe_");
    }
  }

  private static HttpRequest get(URI server, String path) {
    return HttpRequest.newBuilder(server.resolve(path)).build();
  }

  private static HttpClient believing(String authority) throws Exception {
    return HttpClient.newBuilder().sslContext(context(authority)).build();
  }

  private static SSLContext context(String authority) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = TestFiles.class.getResourceAsStream(authority)) {
      store.setCertificateEntry(
          "one", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
