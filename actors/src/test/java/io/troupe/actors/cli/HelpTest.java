package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Help, and what is said of commands and options that there are not. */
final class HelpTest {
  static Set<String> commands() {
    Set<String> names = new TreeSet<>();
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              if (!command.getCommandSpec().usageMessage().hidden()) {
                names.add(name);
              }
            });
    return names;
  }

  @Test
  void everyCommandIsInOneGroupOfTheHelp() {
    List<String> grouped =
        CommandGroups.GROUPS.values().stream().flatMap(Collection::stream).toList();
    assertThat(grouped).containsExactlyInAnyOrderElementsOf(commands());

    String help = Cli.run("--help").out();

    assertThat(help.lines())
        .contains("Run:", "Look:", "Pictures and scores:", "Data:", "Tools:", "Examples:")
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    assertThat(commands())
        .allSatisfy(
            name -> assertThat(help.lines()).anyMatch(l -> l.startsWith("  " + name + " ")));
    assertThat(help.indexOf("  train ")).isBetween(help.indexOf("Run:"), help.indexOf("Look:"));
    assertThat(help.indexOf("  status ")).isGreaterThan(help.indexOf("Look:"));
    assertThat(help).doesNotContain("train-classifier");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandShowsExamplesOfItsOwnAndExitCodes(String name) {
    String help = Cli.run(name, "--help").out();

    assertThat(help).contains("Usage: troupe " + name, "Exit codes:", "Examples:");
    List<String> examples = help.substring(help.indexOf("Examples:")).lines().skip(1).toList();
    assertThat(examples)
        .anyMatch(line -> line.startsWith("  troupe " + name))
        // None is wrapped.
        .allMatch(line -> line.startsWith("  "));
    assertThat(Cli.run("help", name).out()).isEqualTo(help);
    for (String example : examples) {
      String[] words =
          example.replaceFirst(" +#.*", "").replaceFirst(" [<>].*", "").strip().split(" +");
      if (words[0].equals("troupe")) {
        // Throws if there is no such option.
        CommandLine.ParseResult parsed =
            Main.commandLine()
                .parseArgs(List.of(words).subList(1, words.length).toArray(new String[0]));
        assertThat(parsed.hasSubcommand()).as(example).isTrue();
      }
    }
  }

  @Test
  void everyCommandIsDocumented() throws IOException {
    String document = Files.readString(Path.of("../docs/control.md"));
    assertThat(commands()).allMatch(name -> document.contains("`" + name + "`"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ps           | unknown command ps; did you mean 'troupe list'?",
        "ls           | unknown command ls; did you mean 'troupe list'?",
        "tail         | unknown command tail; did you mean 'troupe logs -f'?",
        "top          | unknown command top; did you mean 'troupe watch'?",
        "kill         | unknown command kill; did you mean 'troupe stop'?",
        "ui           | unknown command ui; did you mean 'troupe studio'?",
        "run          | unknown command run; did you mean 'troupe train'?",
        "generate     | unknown command generate; did you mean 'troupe sample'?",
        "fid          | unknown command fid; did you mean 'troupe evaluate' or 'troupe metrics'?",
        "config       | unknown command config; did you mean 'troupe set' or 'troupe status'?",
        "qqq          | unknown command qqq; 'troupe --help' lists the commands",
        "help ps      | unknown command ps; did you mean 'troupe list'?",
        "train --stesp 3 | unknown option --stesp; did you mean --steps?",
        "train --stesp=3 | unknown option --stesp; did you mean --steps?",
        "stop --qqq   | unknown option --qqq; 'troupe stop --help' lists the options",
        "presets demo | unexpected argument \"demo\"; 'troupe presets --help' says what it takes",
      })
  void whatMayHaveBeenMeantIsSaid(String line, String message) {
    Cli result = Cli.run(line.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("troupe: %s%n".formatted(message));
  }

  @ParameterizedTest
  @CsvSource({
    "sttaus,status",
    "chekpoint,checkpoint",
    "evalute,evaluate",
    "presest,presets",
    "trian,train'?"
  })
  void misspelledCommandsAreRecognised(String wrong, String right) {
    assertThat(Cli.run(wrong).err())
        .contains("unknown command " + wrong + "; did you mean 'troupe " + right);
  }

  @Test
  void everySuggestionIsACommand() {
    Set<String> known = commands();
    assertThat(Suggestions.SYNONYMS.keySet()).doesNotContainAnyElementsOf(known);
    Set<String> grouped = new TreeSet<>();
    CommandGroups.GROUPS.values().forEach(grouped::addAll);
    Suggestions.SYNONYMS.values().stream()
        .flatMap(Collection::stream)
        .map(command -> command.replaceFirst(" .*", ""))
        .filter(command -> !command.equals("--version"))
        .forEach(command -> assertThat(grouped).contains(command));
  }

  @ParameterizedTest
  @CsvSource({
    "--steps,-5,'--steps -5: training.steps is -5'",
    "--port,70000,'--port: 70000 is not from 0 to 65535'",
    "--set,training.steps=-5,'--set training.steps=-5: training.steps is -5'"
  })
  void aBadValueIsNamedByTheOptionThatGaveIt(String option, String value, String message) {
    Cli result = Cli.run("train", "--run-dir", "no-such-run", option, value);

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith("troupe: " + message);
    assertThat(Path.of("no-such-run")).doesNotExist();
  }
}
