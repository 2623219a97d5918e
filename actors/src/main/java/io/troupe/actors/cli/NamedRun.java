package io.troupe.actors.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The run as the command's argument; {@code --run-dir} says the same. */
final class NamedRun extends RunOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = ARGUMENT)
  private Optional<String> name = Optional.empty();

  @Override
  Optional<String> named() {
    return one(command, name, super.named());
  }
}
