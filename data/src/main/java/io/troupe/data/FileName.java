package io.troupe.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file's name as a text that is the same in every locale. A path's own text is not: characters
 * that the locale cannot express become question marks.
 */
final class FileName {
  private static final char REPLACEMENT = '\uFFFD';
  private static final String LOCALE_CHARSET =
      System.getProperty("sun.jnu.encoding", "UTF-8").toUpperCase(Locale.ROOT);

  private FileName() {}

  /**
   * The last name of a path. Bytes that are not UTF-8 are percent-encoded, e.g. é of Latin-1 as
   * %E9.
   */
  static String of(Path path) {
    Path last = path.getFileName();
    String text = last == null ? "" : last.toString();
    boolean safe = LOCALE_CHARSET.equals("UTF-8") ? text.indexOf(REPLACEMENT) < 0 : isPlain(text);
    if (last == null || safe) {
      return text;
    }
    // A URI has the bytes themselves.
    String address = last.getFileSystem().getPath("/").resolve(last).toUri().getRawPath();
    return decoded(address.substring(1).replaceFirst("/$", ""));
  }

  /** Whether a text is certainly the whole name: no character replaces something else. */
  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < 128 && c != '?');
  }

  /** The text of a percent-encoded part of a URI. */
  static String decoded(String address) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(address.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    byte[] name = bytes.toByteArray();
    String strict = strict(name, 0, name.length);
    if (strict != null) {
      return strict;
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < name.length) {
      int length = 1;
      String character = strict(name, at, length);
      while (character == null && length < 4 && at + length < name.length) {
        length++;
        character = strict(name, at, length);
      }
      text.append(character == null ? "%%%02X".formatted(name[at]) : character);
      at += character == null ? 1 : length;
    }
    return text.toString();
  }

  /** Bytes as UTF-8, or null if they are not. */
  private static String strict(byte[] bytes, int start, int length) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, length)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
