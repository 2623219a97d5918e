package io.troupe.actors.cli;

import io.troupe.actors.run.RunDirectory;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which run a command is about. */
class RunChoice {
  /** What the argument is that says the same. */
  static final String ARGUMENT = "The run: a folder, or a name below runs/. As --run-dir.";

  @Option(
      names = "--run-dir",
      paramLabel = "RUN",
      description =
          "The run: a folder, or a name below runs/ of the working directory or of the program's"
              + " folder. Default: the only one with a running daemon.")
  private Optional<String> runDirectory = Optional.empty();

  /** The run that is named, if one is. */
  Optional<String> named() {
    return runDirectory;
  }

  /** The named run, or the only living one. */
  final RunDirectory directory() throws CliException {
    RunFinder finder = RunFinder.standard();
    Optional<String> name = named();
    return name.isPresent() ? finder.named(name.get()) : finder.living();
  }

  /** One of both names, of which one at most may be given. */
  static Optional<String> one(
      CommandSpec command, Optional<String> argument, Optional<String> option) {
    if (argument.isPresent() && option.isPresent()) {
      throw new ParameterException(
          command.commandLine(),
          "RUN is %s and --run-dir is %s; leave one out".formatted(argument.get(), option.get()));
    }
    return argument.or(() -> option);
  }
}
