package io.troupe.actors.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SHA-256 of each file of an archive by its path, in the text that {@code sha256sum --check}
 * reads.
 */
final class Checksums {
  /** The file of an archive that has the text. */
  static final String FILE = "SHA256SUMS";

  /** Of that text: some 600,000 files. */
  static final int MOST_BYTES = 1 << 26;

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](.+)");
  private static final int CHUNK = 1 << 16;

  private final Map<String, String> sums = new LinkedHashMap<>();

  /** Those of an archive's text. */
  static Checksums parse(Path archive, String text) throws IOException, BackupException {
    Checksums checksums = new Checksums();
    try (BufferedReader lines = new BufferedReader(new StringReader(text))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new BackupException(
              "%s is damaged: its %s has a line that is no checksum: %.80s"
                  .formatted(archive, FILE, line));
        }
        checksums.sums.put(matcher.group(2), matcher.group(1));
      }
    }
    return checksums;
  }

  /** Copies at most so many bytes, and keeps the checksum of what was copied; returns the bytes. */
  long copy(String path, InputStream in, OutputStream out, long most) throws IOException {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[CHUNK];
    long left = most;
    while (left > 0) {
      int count = in.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (count < 0) {
        break;
      }
      digest.update(chunk, 0, count);
      out.write(chunk, 0, count);
      left -= count;
    }
    sums.put(path, HexFormat.of().formatHex(digest.digest()));
    return most - left;
  }

  /** By paths, in the order in which they came. */
  Map<String, String> byPath() {
    return sums;
  }

  /** The text of them. */
  byte[] text() {
    StringBuilder text = new StringBuilder();
    sums.forEach((path, sum) -> text.append(sum).append("  ").append(path).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
