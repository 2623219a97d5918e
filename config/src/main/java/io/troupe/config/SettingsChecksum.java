package io.troupe.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A line of a run's config.conf that tells whether the rest is as the run wrote it: a bit that the
 * disk has lost may make another value of one, with which the run would go on.
 */
final class SettingsChecksum {
  private static final String BEFORE = "# SHA-256 of the lines below: ";

  private SettingsChecksum() {}

  /** The text with the line before it. */
  static String above(String text) {
    return BEFORE + sha256(text) + "\n" + text;
  }

  /**
   * Why a file is not as it was written; empty also if there is no such line, as in a file that
   * somebody else wrote or that cannot be read.
   */
  static Optional<String> problem(Path file) {
    String text;
    try {
      if (Layers.unusable(file).isPresent() || !Files.exists(file)) {
        return Optional.empty();
      }
      text = new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      return Optional.empty(); // Whoever reads the settings says so.
    }
    int end = text.indexOf('\n') + 1;
    if (!text.startsWith(BEFORE)
        || text.substring(0, end).equals(above(text.substring(end)).substring(0, end))) {
      return Optional.empty();
    }
    return Optional.of(
        "the file is damaged, or was changed by hand: its lines have not the SHA-256 that its first"
            + " line says. Put a copy back; if you changed it yourself, remove that line");
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
