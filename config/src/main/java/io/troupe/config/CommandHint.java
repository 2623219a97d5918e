package io.troupe.config;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands in hints. They can be pasted where the last command was typed: the program has the name
 * by which its launcher was called, and words are quoted where a shell needs it.
 */
public final class CommandHint {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
  private static final Pattern SPECIAL = Pattern.compile("[\\\\\"$`]");

  private CommandHint() {}

  /**
   * A command of this program.
   *
   * @param words the command and its arguments, of which each is one word for the shell
   */
  public static String of(Object... words) {
    // Set by scripts/troupe.
    String program = System.getProperty("troupe.command", "troupe");
    return Stream.concat(Stream.of(program), Arrays.stream(words))
        .map(word -> quoted(word.toString()))
        .collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches()
        ? word
        : "\"" + SPECIAL.matcher(word).replaceAll("\\\\$0") + "\"";
  }
}
