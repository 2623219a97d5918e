package io.troupe.actors.cli;

import io.troupe.config.CommandHint;
import io.troupe.config.Nearest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** What somebody may have meant by a command or an option that there is not. */
final class Suggestions {
  private static final int MOST = 2;

  /** Commands by the names that other programs have for them. */
  static final Map<String, List<String>> SYNONYMS =
      synonyms(
          """
          ps ls runs: list
          show info: status
          tail: logs -f
          log journal: logs
          top monitor: watch
          plot: watch, compare
          diff: compare
          config settings: set, status
          kill quit end: stop
          continue unpause: resume
          restart daemon: start
          run fit: train
          save: checkpoint
          dashboard ui web tensorboard: studio
          generate pictures images: sample
          fid eval score scores: evaluate, metrics
          download get: fetch
          models: presets
          version: --version
          """);

  private static final Pattern TOO_FEW =
      Pattern.compile(
          "positional parameter at index \\S+ \\((\\w+)\\) requires at least (\\d+) values,"
              + " but only (\\d+) were specified: \\[(.*)\\]");

  private Suggestions() {}

  private static Map<String, List<String>> synonyms(String table) {
    Map<String, List<String>> synonyms = new HashMap<>();
    table
        .lines()
        .map(line -> line.split(": "))
        .forEach(
            line -> {
              List<String> commands = List.of(line[1].split(", "));
              Stream.of(line[0].split(" ")).forEach(name -> synonyms.put(name, commands));
            });
    return Map.copyOf(synonyms);
  }

  /** What the parser says of a bad argument, without words of Java. */
  static String plain(String message) {
    return TOO_FEW
        .matcher(message)
        .replaceAll("$2 of $1 or more are needed, and there is only $4")
        .replaceFirst(" is not an? (?:int|long)$", " is not a whole number")
        .replaceFirst(" is not a (?:double|float)$", " is not a number");
  }

  /** Says what is not known and what may have been meant. */
  static String message(UnmatchedArgumentException error) {
    CommandLine command = error.getCommandLine();
    String name = name(command);
    String found = error.getUnmatched().get(0);
    List<String> similar = error.getSuggestions();
    if (error.isUnknownOption()) {
      String option = found.replaceFirst("=.*", "");
      return similar.isEmpty()
          ? "unknown option %s; '%s --help' lists the options".formatted(option, name)
          : "unknown option %s; did you mean %s?".formatted(option, similar.get(0));
    }
    if (command.getParent() != null) {
      return "unexpected argument \"%s\"; '%s --help' says what it takes".formatted(found, name);
    }
    if (SYNONYMS.containsKey(found)) {
      return unknown(found, SYNONYMS.get(found));
    }
    // The parser's own are alike in their letters, wherever those are.
    List<String> near = Nearest.of(found, command.getSubcommands().keySet());
    List<String> meant = near.isEmpty() ? similar : near;
    return meant.isEmpty()
        ? "unknown command %s; '%s' lists the commands".formatted(found, CommandHint.of("--help"))
        : unknown(found, meant.subList(0, Math.min(MOST, meant.size())));
  }

  /** How a command is called, e.g. {@code troupe stop}. */
  static String name(CommandLine command) {
    String qualified = command.getCommandSpec().qualifiedName();
    return CommandHint.of() + qualified.substring(command.getCommandSpec().root().name().length());
  }

  private static String unknown(String found, List<String> meant) {
    return meant.stream()
        .collect(
            Collectors.joining(
                "' or '%s ".formatted(CommandHint.of()),
                "unknown command %s; did you mean '%s ".formatted(found, CommandHint.of()),
                "'?"));
  }
}
