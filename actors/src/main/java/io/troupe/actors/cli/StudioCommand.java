package io.troupe.actors.cli;

import io.troupe.actors.http.AccessToken;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.studio.Studio;
import io.troupe.actors.view.Jobs;
import io.troupe.config.RunSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a page over all runs below a folder, until Ctrl-C. */
@Command(
    name = "studio",
    description = {
      "Serves one page over all runs below a folder: those that train, and those that have ended.",
      "",
      "Compares them, shows their pictures and scores, and hands commands on to the daemons of those"
          + " that live. It owns no run: ending it ends nothing else.",
      ""
    },
    footer = {
      "  troupe studio                        # all runs below runs/",
      "  troupe studio /data/runs --port 9000",
      "  troupe studio --host 0.0.0.0         # with a token, for others too"
    })
final class StudioCommand extends CliCommand {
  @Mixin private RunsFolder runs;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "TCP port; 0 picks a free one. Default: 8086, or a free one if that is taken.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "Where to listen. Other machines may ask only with a token: the one in the environment"
              + " variable TROUPE_CONTROL_TOKEN, or in the file that TROUPE_CONTROL_TOKEN_FILE names;"
              + " the daemons need the same one. Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description =
          "Encrypt connections by this PEM file with a certificate; as control.tls.certificate of a"
              + " daemon.")
  private Optional<Path> certificate = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "PEM file with the certificate's private key.")
  private Optional<Path> key = Optional.empty();

  @Override
  public Integer call() throws CliException, InterruptedException {
    Ports.require(spec(), port);
    Path folder = runs.catalogue().folder();
    if (certificate.isPresent() != key.isPresent()) {
      throw wrong("--certificate and --key belong together; give both, or neither for plain HTTP");
    }
    Optional<String> token = token();
    RunSettings.Control control =
        new RunSettings.Control(
            host,
            port.orElse(RunSettings.Control.ANY_PORT),
            token,
            Optional.empty(),
            new RunSettings.Tls(certificate, key));
    try (Studio studio = Studio.start(control, token, folder, Jobs.ofThisProcess())) {
      CountDownLatch ended = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(studio, ended), "troupe-end"));
      PrintWriter screen = screen();
      screen.printf("%-12s%s%n", "runs", folder.toAbsolutePath().normalize());
      screen.printf("%-12s%s (page, API); Ctrl-C ends it%n", "studio", studio.address());
      screen.flush();
      ended.await();
      return 0;
    } catch (ServerStartException e) {
      throw new CliException(e.getMessage());
    }
  }

  private static Optional<String> token() throws CliException {
    try {
      return AccessToken.ofEnvironment(System.getenv());
    } catch (ServerStartException e) {
      throw new CliException(e.getMessage());
    }
  }

  private static void end(Studio studio, CountDownLatch ended) {
    studio.close();
    ended.countDown();
  }
}
