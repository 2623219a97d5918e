package io.troupe.actors.http;

import io.troupe.config.RunSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Certificates and keys of scripts/fixtures/tls, as files that have the permissions of keys. */
public final class TestFiles {
  private TestFiles() {}

  /** Copies one of them into a folder. */
  public static Path copy(String name, Path folder) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return allow(file, "rw-------");
  }

  /** Changes permissions. */
  static Path allow(Path file, String permissions) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** Settings with a certificate and a key. */
  public static RunSettings.Tls tls(Path folder, String certificate, String key)
      throws IOException {
    return new RunSettings.Tls(
        Optional.of(copy(certificate, folder)), Optional.of(copy(key, folder)));
  }
}
