package io.troupe.actors.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command: where it writes, and how it refuses its arguments. */
abstract class CliCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** The command as the parser has it. */
  final CommandSpec spec() {
    return spec;
  }

  /** Standard output. */
  final PrintWriter screen() {
    return spec.commandLine().getOut();
  }

  /** The standard stream of errors. */
  final PrintWriter errors() {
    return spec.commandLine().getErr();
  }

  /** What to throw for arguments that are wrong; the usage is printed below the message. */
  final ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
