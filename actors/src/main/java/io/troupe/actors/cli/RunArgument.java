package io.troupe.actors.cli;

import io.troupe.actors.history.RunHistory;
import java.util.Optional;
import picocli.CommandLine.Parameters;

/** The run as the command's argument; {@code --run-dir} says the same. */
class RunArgument extends RunChoice {
  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run: a folder, or a name below runs/. As --run-dir.")
  private Optional<String> name = Optional.empty();

  @Override
  Optional<String> named() {
    Optional<String> option = super.named();
    if (name.isPresent() && option.isPresent()) {
      throw wrong(
          "RUN is %s and --run-dir is %s; leave one out".formatted(name.get(), option.get()));
    }
    return name.or(() -> option);
  }

  /** The named run, or the only living one, or else the newest. */
  final RunHistory shown() throws CliException {
    return RunFinder.standard().shown(named());
  }
}
