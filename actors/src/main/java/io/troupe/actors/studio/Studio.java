package io.troupe.actors.studio;

import io.javalin.config.RoutesConfig;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.http.HttpServer;
import io.troupe.actors.http.ServerStartException;
import io.troupe.actors.view.JobRoutes;
import io.troupe.actors.view.Jobs;
import io.troupe.actors.view.ReadingRoutes;
import io.troupe.actors.view.RunLookup;
import io.troupe.actors.view.RunRoutes;
import io.troupe.config.RunSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A server over all runs below a folder, from {@link #start} to {@link #close}. It reads their
 * files, asks their daemons and hands commands on; it holds no run itself.
 */
public final class Studio implements AutoCloseable {
  /** Where it listens if that is free. */
  public static final int USUAL_PORT = 8086;

  /** Of all cores: nothing is trained in this process. */
  private static final double SHARE = 0.3;

  private final HttpServer server;
  private final Jobs jobs;

  private Studio(HttpServer server, Jobs jobs) {
    this.server = server;
    this.jobs = jobs;
  }

  /**
   * Starts a studio.
   *
   * @param settings where it listens and who may ask
   * @param daemonToken of the daemons that ask for one
   * @param folder which need not be there yet
   * @throws ServerStartException if it cannot listen; says what to do
   */
  public static Studio start(
      RunSettings.Control settings, Optional<String> daemonToken, Path folder, Jobs jobs)
      throws ServerStartException {
    return start(settings, daemonToken, folder, jobs, Optional.empty());
  }

  /**
   * As {@link #start(RunSettings.Control, Optional, Path, Jobs)}, of a fleet's node too.
   *
   * @param fleet adds what a fleet is asked
   */
  public static Studio start(
      RunSettings.Control settings,
      Optional<String> daemonToken,
      Path folder,
      Jobs jobs,
      Optional<Consumer<RoutesConfig>> fleet)
      throws ServerStartException {
    HttpServer server = new HttpServer(settings, USUAL_PORT, Map.of(), SHARE);
    Executor executor = server.executor("troupe-studio", 4, server.budget());
    LivingDaemons daemons = new LivingDaemons(daemonToken, executor, System::nanoTime);
    ReadingRoutes reading =
        new ReadingRoutes(
            new RunRoutes.Server(true, fleet.isPresent(), version()),
            RunCatalogue.below(folder),
            daemons);
    RunLookup lookup = reading.lookup();
    ForwardRoutes forward = new ForwardRoutes(lookup, daemons, daemonToken, executor);
    JobRoutes made = new JobRoutes(lookup, jobs);
    try {
      server.start(
          routes -> {
            reading.addTo(routes);
            forward.addTo(routes);
            made.addTo(routes);
            fleet.ifPresent(more -> more.accept(routes));
          },
          config -> {});
    } catch (ServerStartException e) {
      server.close();
      throw e;
    }
    return new Studio(server, jobs);
  }

  private static String version() {
    return Optional.ofNullable(Studio.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** Where it is reached. */
  public URI address() {
    return server.address();
  }

  /** Ends the server and its jobs. */
  @Override
  public void close() {
    server.close();
    jobs.close();
  }
}
