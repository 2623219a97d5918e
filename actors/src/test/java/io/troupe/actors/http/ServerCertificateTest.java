package io.troupe.actors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificateTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  @TempDir private Path folder;

  private String problem(RunSettings.Tls tls) {
    Throwable[] thrown = new Throwable[1];
    assertThatThrownBy(() -> ServerCertificate.read(tls, NOW))
        .isInstanceOf(ServerStartException.class)
        .satisfies(e -> thrown[0] = e);
    return thrown[0].getMessage();
  }

  private String problem(String certificate, String key) throws IOException {
    return problem(TestFiles.tls(folder, certificate, key));
  }

  @ParameterizedTest
  @CsvSource({
    "server.pem, server-key.pem",
    "chain.pem, server-key.pem",
    "rsa.pem, rsa-key.pem",
    "ed25519.pem, ed25519-key.pem"
  })
  void keysOfEachKindAreTaken(String certificate, String key) throws Exception {
    assertThat(ServerCertificate.read(TestFiles.tls(folder, certificate, key), NOW)).isPresent();
  }

  @Test
  void withoutFilesThereIsNone() throws Exception {
    assertThat(ServerCertificate.read(RunSettings.Tls.NONE, NOW)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.pem | rsa-key.pem | control.tls.key: | or no EC key as the certificate's is",
        "rsa.pem | server-key.pem | control.tls.key: | or no RSA key as the certificate's is",
        "expired.pem | server-key.pem | control.tls.certificate: | expired on 2021-01-01T00:00:00Z; renew it",
        "early.pem | server-key.pem | control.tls.certificate: | valid from 2110-01-01T00:00:00Z on only",
        "reversed-chain.pem | server-key.pem | control.tls.certificate: | put the server's own certificate first",
        "server-key.pem | server-key.pem | control.tls.certificate: | no line \"-----BEGIN CERTIFICATE-----\"",
        "server.pem | server.pem | control.tls.key: | no line \"-----BEGIN PRIVATE KEY-----\"",
        "server.pem | encrypted-key.pem | control.tls.key: | is encrypted, and nobody can be asked",
        "server.pem | old-key.pem | control.tls.key: | openssl pkcs8 -topk8 -nocrypt -in",
        "authority.pem | server-key.pem | control.tls.key: | is not the key of the certificate in"
      })
  void whatIsWrongIsSaidWithTheFile(String certificate, String key, String setting, String words)
      throws Exception {
    assertThat(problem(certificate, key)).startsWith(setting).contains(folder.toString(), words);
  }

  @Test
  void filesThatAreNotThereAreNamed() throws Exception {
    Path none = folder.resolve("none.pem");
    assertThat(
            problem(
                new RunSettings.Tls(
                    Optional.of(none), Optional.of(TestFiles.copy("server-key.pem", folder)))))
        .isEqualTo(
            "control.tls.certificate: there is no file %s; make it, or name another one", none);
    assertThat(
            problem(
                new RunSettings.Tls(
                    Optional.of(TestFiles.copy("server.pem", folder)), Optional.of(none))))
        .isEqualTo("control.tls.key: there is no file %s; make it, or name another one", none);
    assertThat(
            problem(
                new RunSettings.Tls(
                    Optional.of(folder), Optional.of(TestFiles.copy("server-key.pem", folder)))))
        .contains("control.tls.certificate: " + folder + " is no file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void aKeyThatOthersMayReadIsRefused(String permissions) throws Exception {
    RunSettings.Tls tls = TestFiles.tls(folder, "server.pem", "server-key.pem");
    Path key = TestFiles.allow(tls.key().orElseThrow(), permissions);

    assertThat(problem(tls))
        .contains("control.tls.key", "(%s)".formatted(permissions), "chmod 600 " + key);
  }

  @Test
  void damagedFilesAreNamed() throws Exception {
    RunSettings.Tls tls = TestFiles.tls(folder, "server.pem", "server-key.pem");
    Path certificate = tls.certificate().orElseThrow();
    Path key = tls.key().orElseThrow();
    String whole = Files.readString(key);

    Files.writeString(key, whole.replaceFirst("\n[^-]{10}", "\n"));
    assertThat(problem(tls)).contains("control.tls.key", "is damaged");
    Files.writeString(key, whole.replaceFirst("-----END[^-]*-----", ""));
    assertThat(problem(tls)).contains("control.tls.key", "no line");
    Files.writeString(key, whole);
    String text = Files.readString(certificate);
    Files.writeString(certificate, text.substring(0, text.length() / 2));
    assertThat(problem(tls)).contains("control.tls.certificate", "is damaged");
    Files.writeString(certificate, text.replaceFirst("(?s)\n.{40}", "\nAAAA"));
    assertThat(problem(tls)).contains("control.tls.certificate", "is damaged");
    Files.write(certificate, new byte[1 << 17]);
    assertThat(problem(tls)).contains("control.tls.certificate", "more than 65536 bytes");
  }
}
