package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.control.ControlClient;
import io.troupe.actors.control.ControlException;
import io.troupe.actors.http.AccessToken;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.run.RunDirectory;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which run a command is about. */
class RunChoice extends MixedOptions {
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

  /** A client of the chosen run's daemon. */
  ControlClient client() throws CliException, ControlException {
    return client(directory());
  }

  /** A client of a run's daemon, with the token of the environment. */
  static ControlClient client(RunDirectory directory) throws ControlException {
    try {
      return ControlClient.of(directory, AccessToken.ofEnvironment(System.getenv()));
    } catch (ServerStartException e) {
      throw new ControlException(e.getMessage());
    }
  }

  /** Lets a run's daemon write a checkpoint; gives the file. */
  static Path checkpoint(RunDirectory directory) throws ControlException, InterruptedException {
    JsonNode answer = client(directory).command("checkpoint", TroupeCommand.WRITE_TIMEOUT);
    // The daemon's own path may be relative to another working directory.
    Path file = Path.of(answer.path("file").asText());
    return directory.checkpoints().resolve(file.getFileName());
  }
}
