package io.troupe.actors.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script that lets a shell complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Prints a script that lets bash or zsh complete commands, options and their values.",
      "The shell must find 'troupe' by its path, e.g. by a link to scripts/troupe in ~/.local/bin."
    },
    footer = {
      "  troupe completion bash > ~/.local/share/bash-completion/completions/troupe",
      "  source <(troupe completion bash)      # for this shell only"
    })
final class CompletionCommand extends CliCommand {
  private enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    PrintWriter screen = screen();
    // One script for both: it finds out which shell reads it.
    screen.println("# Completion of troupe's commands and options for " + shell + ".");
    screen.println(AutoComplete.bash("troupe", spec().root().commandLine()));
    screen.flush();
    return 0;
  }
}
