package io.troupe.actors.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The run as the command's argument; {@code --run-dir} says the same. */
final class NamedRun extends RunOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run: a folder, or a name below runs/. As --run-dir.")
  private Optional<String> name = Optional.empty();

  @Override
  Optional<String> named() {
    Optional<String> option = super.named();
    if (name.isPresent() && option.isPresent()) {
      throw new ParameterException(
          command.commandLine(),
          "RUN is %s and --run-dir is %s; leave one out".formatted(name.get(), option.get()));
    }
    return name.or(() -> option);
  }
}
