package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.http.ServerStartException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that the other nodes would refuse, as {@code scripts/fleet-ca} makes them. */
class FleetTlsTest {
  @TempDir private Path folder;
  private Path node;

  @BeforeEach
  void make() throws Exception {
    node = made("ours", "127.0.0.1");
  }

  private Path made(String authority, String host) throws Exception {
    Process process =
        new ProcessBuilder("../scripts/fleet-ca", folder.resolve(authority).toString(), host)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return folder.resolve(authority).resolve(host);
  }

  private void refused(Instant now, String... parts) {
    assertThatThrownBy(() -> new FleetTls(node).require(now))
        .isInstanceOf(ServerStartException.class)
        .hasMessageStartingWith("--tls: ")
        .hasMessageContainingAll(parts);
  }

  private void replace(String file, Path by) throws Exception {
    Files.copy(by.resolve(file), node.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void thoseOfOneAuthorityAreGood() throws Exception {
    new FleetTls(node).require(Instant.now());
    new FleetTls(made("ours", "127.0.0.2")).require(Instant.now().plus(Duration.ofDays(800)));
  }

  /** A clock that is an hour behind is one reason. */
  @Test
  void aCertificateIsValidForItsTime() {
    refused(Instant.now().minus(Duration.ofHours(1)), "only", "this machine's clock");
    refused(Instant.now().plus(Duration.ofDays(830)), "node.pem", "has expired");
  }

  @Test
  void filesOfTwoFoldersDoNotFit() throws Exception {
    replace("ca.pem", made("theirs", "127.0.0.1"));
    refused(Instant.now(), "ca.pem has not signed", "node.pem");
    replace("ca.pem", made("ours", "127.0.0.3"));
    replace("node.key", folder.resolve("ours/127.0.0.3"));
    refused(Instant.now(), "node.key is not the key of the certificate in");
  }

  @Test
  void aKeyThatOthersMayReadIsNone() throws Exception {
    Files.setPosixFilePermissions(
        node.resolve("node.key"), PosixFilePermissions.fromString("rw-r-----"));
    refused(Instant.now(), "others than its owner", "chmod 600");
  }
}
