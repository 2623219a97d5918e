package io.troupe.actors.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.TinyRun;
import io.troupe.actors.cli.Main;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon that trains, evaluates, draws and saves while settings change, it is paused, and clients
 * come and go: what it holds does not grow.
 */
@Tag("process")
@EnabledOnOs(OS.LINUX) // Whose metrics say the resident memory.
class SoakTest {
  private static final System.Logger LOG = System.getLogger(SoakTest.class.getName());
  private static final List<String> PAGE =
      List.of(
          "/",
          "/api/v1/status",
          "/api/v1/runs",
          "curves",
          "events",
          "samples",
          "checkpoints",
          "settings",
          "plots",
          "/api/v1/company",
          "/metrics",
          "/-/healthy");

  @TempDir Path folder;

  @Test
  void everythingAtOnceStaysFlat() throws Exception {
    assertThat(Held.growth(soak(Main.class, 12, Duration.ZERO))).isEmpty();
  }

  @Test
  @Tag("nightly")
  void everythingAtOnceStaysFlatForHalfAnHour() throws Exception {
    assertThat(Held.growth(soak(Main.class, 16, Duration.ofMinutes(30)))).isEmpty();
  }

  /** The bounds are such that a leak is outside of them. */
  @Test
  void anArrayThatIsKeptAtEachChangeIsSeen() throws Exception {
    assertThat(Held.growth(soak(LeakingDaemon.class, 6, Duration.ZERO)))
        .anySatisfy(growth -> assertThat(growth).startsWith("arrays"))
        .anySatisfy(growth -> assertThat(growth).startsWith("off-heap"));
  }

  /**
   * What a daemon holds after each round of commands.
   *
   * @param rounds of them at least
   * @param atLeast how long it goes on
   */
  private List<Held> soak(Class<?> main, int rounds, Duration atLeast) throws Exception {
    List<Held> samples = new ArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService clients = Executors.newCachedThreadPool();
    try (SoakedDaemon daemon = SoakedDaemon.start(main, folder.resolve("run"))) {
      HttpClient commander = HttpClient.newHttpClient();
      daemon.ask(commander, "GET", "/api/v1/status", "");
      HttpClient browser = HttpClient.newHttpClient();
      HttpClient follower = HttpClient.newHttpClient();
      List<Future<Void>> all =
          List.of(
              clients.submit(until(ended, () -> browse(daemon, browser))),
              clients.submit(until(ended, () -> browse(daemon, HttpClient.newHttpClient()))),
              clients.submit(
                  until(
                      ended,
                      () -> {
                        daemon.follow(follower, 5);
                        return null;
                      })));
      long end = System.nanoTime() + atLeast.toNanos();
      for (int round = 0; round < rounds || System.nanoTime() < end; round++) {
        command(daemon, commander, round);
        Held held = daemon.held(commander);
        daemon.ask(commander, "POST", "/api/v1/resume", "");
        LOG.log(System.Logger.Level.INFO, "{0}", held);
        samples.add(held);
      }
      ended.set(true);
      for (Future<Void> one : all) {
        one.get();
      }
      daemon.stop();
      assertDidEverything(daemon.run(), samples.size());
    } finally {
      ended.set(true);
      clients.shutdownNow();
    }
    return samples;
  }

  private static Callable<Void> until(AtomicBoolean ended, Callable<Void> task) {
    return () -> {
      while (!ended.get()) {
        task.call();
      }
      return null;
    };
  }

  private static Void browse(SoakedDaemon daemon, HttpClient client) throws Exception {
    for (String path : PAGE) {
      daemon.ask(client, "GET", path.startsWith("/") ? path : "/api/v1/runs/run/" + path, "");
      Thread.sleep(50);
    }
    return null;
  }

  /** Afterwards the run is paused, and nothing of it is under way. */
  private static void command(SoakedDaemon daemon, HttpClient client, int round) throws Exception {
    String api = "/api/v1/";
    // Compiles the training step anew.
    daemon.ask(
        client,
        "PATCH",
        api + "settings",
        "{\"training.gradient-penalty.weight\": %s}".formatted(round % 2 == 0 ? "0" : "0.7"));
    daemon.ask(
        client, "PATCH", api + "settings", "{\"ema.decay\": 0.%d5}".formatted(round % 9 + 1));
    daemon.ask(client, "POST", api + "sample", "");
    daemon.ask(client, "POST", api + "sample", "{\"count\": 4, \"seed\": %d}".formatted(round));
    daemon.ask(client, "POST", api + "pause", "");
    daemon.ask(client, "POST", api + "checkpoint", "");
    daemon.ask(client, "POST", api + "evaluate?wait=true", "");
  }

  private static void assertDidEverything(Path run, int rounds) {
    for (String event :
        List.of(
            "settings",
            "evaluation-finished",
            "grid",
            "pictures",
            "checkpoint",
            "paused",
            "continued")) {
      assertThat(TinyRun.events(run, event)).as(event).hasSizeGreaterThanOrEqualTo(rounds);
    }
    assertThat(TinyRun.events(run, "failed")).isEmpty();
    assertThat(TinyRun.events(run, "degraded")).isEmpty();
  }
}
