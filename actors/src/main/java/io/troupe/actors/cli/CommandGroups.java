package io.troupe.actors.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help that shows the commands in groups, each with the first sentence of its description. */
final class CommandGroups {
  /** The commands of each group, in the order of help. */
  static final Map<String, List<String>> GROUPS = groups();

  private static final int INDENT = 2;

  private CommandGroups() {}

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new LinkedHashMap<>();
    groups.put(
        "Run",
        List.of(
            "train",
            "start",
            "stop",
            "pause",
            "resume",
            "evaluate",
            "checkpoint",
            "set",
            "presets"));
    groups.put("Look", List.of("list", "status", "watch", "logs", "compare", "studio"));
    groups.put("Fleet", List.of("node", "fleet"));
    groups.put("Pictures and scores", List.of("sample", "metrics", "features"));
    groups.put("Data", List.of("fetch", "data"));
    groups.put(
        "Tools",
        List.of(
            "inspect",
            "import",
            "export",
            "backup",
            "restore",
            "tune",
            "doctor",
            "completion",
            "help"));
    return groups;
  }

  /** Lets a command line's help list its commands in groups. */
  static void showIn(CommandLine command) {
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "%n".formatted());
    command
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroups::render);
  }

  private static String render(Help help) {
    Map<String, Help> commands = help.subcommands();
    int width = commands.keySet().stream().mapToInt(String::length).max().orElse(0);
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (title, names) -> {
          TextTable table =
              TextTable.forColumns(
                  help.colorScheme(),
                  new Column(width + INDENT, INDENT, Column.Overflow.SPAN),
                  new Column(
                      help.commandSpec().usageMessage().width() - width - INDENT,
                      INDENT,
                      Column.Overflow.WRAP));
          names.forEach(name -> table.addRowValues(name, firstSentence(commands.get(name))));
          text.append(title).append(":%n".formatted()).append(table).append("%n".formatted());
        });
    return text.substring(0, text.length() - "%n".formatted().length());
  }

  private static String firstSentence(Help command) {
    String text = String.join(" ", command.commandSpec().usageMessage().description());
    int end = text.indexOf(". ");
    return end < 0 ? text : text.substring(0, end + 1);
  }
}
