package io.troupe.actors.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows the help of a command. */
@Command(
    name = "help",
    description = "Shows the help of a command, or lists the commands.",
    footer = {"  troupe help", "  troupe help train"})
final class HelpCommand extends CliCommand {
  @Parameters(paramLabel = "COMMAND", arity = "0..1", description = "The command. Default: all.")
  private Optional<String> name = Optional.empty();

  @Override
  public Integer call() {
    CommandLine root = spec().root().commandLine();
    if (name.isPresent() && !root.getSubcommands().containsKey(name.get())) {
      throw new UnmatchedArgumentException(root, List.of(name.get()));
    }
    CommandLine command = name.map(root.getSubcommands()::get).orElse(root);
    command.usage(screen());
    return 0;
  }
}
