package io.troupe.actors.cli;

import io.troupe.actors.history.RunHistory;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The run of a command that only looks, with a daemon or without. */
final class ShownRun extends RunChoice {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = ARGUMENT)
  private Optional<String> name = Optional.empty();

  @Override
  Optional<String> named() {
    return one(command, name, super.named());
  }

  /** The named run, or the only living one, or else the newest. */
  RunHistory shown() throws CliException {
    return RunFinder.standard().shown(named());
  }
}
