package io.troupe.actors.fleet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.http.ServerCertificate;
import io.troupe.actors.http.ServerStartException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Certificates for the connections between nodes, as {@code scripts/fleet-ca} makes them. Both
 * sides show one, and each believes those that the authority has signed, and no others.
 *
 * @param folder with ca.pem, node.pem and node.key
 */
public record FleetTls(Path folder) {
  /** The files that it needs. */
  public static final List<String> FILES = List.of("ca.pem", "node.pem", "node.key");

  /**
   * Checks what the other nodes would refuse, who do not say why.
   *
   * @param now when the certificates must be valid
   * @throws ServerStartException if they would; says which file, why and what to do
   */
  void require(Instant now) throws ServerStartException {
    ServerCertificate.requireSigned(
        "--tls",
        folder.resolve("ca.pem"),
        folder.resolve("node.pem"),
        folder.resolve("node.key"),
        now);
  }

  Config config() {
    String engine = "akka.remote.artery.ssl.rotating-keys-engine.";
    return ConfigFactory.parseMap(
        Map.of(
            "akka.remote.artery.transport",
            "tls-tcp",
            "akka.remote.artery.ssl.ssl-engine-provider",
            "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
            engine + "ca-cert-file",
            file("ca.pem"),
            engine + "cert-file",
            file("node.pem"),
            engine + "key-file",
            file("node.key")));
  }

  private String file(String name) {
    return folder.resolve(name).toAbsolutePath().toString();
  }
}
