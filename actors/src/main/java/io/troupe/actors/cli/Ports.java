package io.troupe.actors.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The option {@code --port}. */
final class Ports {
  private static final int HIGHEST = 65535;

  private Ports() {}

  /** Refuses what is no TCP port; 0 picks a free one. */
  static void require(CommandSpec spec, Optional<Integer> port) {
    if (port.isPresent() && (port.get() < 0 || port.get() > HIGHEST)) {
      throw new ParameterException(
          spec.commandLine(), "--port: %d is not from 0 to %d".formatted(port.get(), HIGHEST));
    }
  }
}
