package io.troupe.actors.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that several commands have: they know whose they are, and how to refuse an argument. */
abstract class MixedOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The command that has the options. */
  final CommandSpec command() {
    return command;
  }

  /** What to throw for arguments that are wrong; the usage is printed below the message. */
  final ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
