package io.troupe.actors.control;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.Trouble;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("protocol")
final class HealthRoutesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(KIT, folder, Optional.empty());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING,200,503",
    "RUNNING,200,200",
    "PAUSED,200,200",
    "STOPPING,200,503",
    "FAILED,503,503"
  })
  void eachStateIsHealthyAndReadyOrNot(RunState state, int healthy, int ready) throws Exception {
    server.daemon.status = FakeDaemon.status(state, Instant.now(), Optional.empty());

    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(healthy);
    assertThat(server.get("/-/ready").statusCode()).isEqualTo(ready);
  }

  @Test
  void aFailureIsTheReason() throws Exception {
    server.daemon.status = FakeDaemon.status(RunState.FAILED, Instant.now(), Optional.empty());

    assertThat(server.get("/-/healthy").body())
        .isEqualTo("the run failed: losses were not finite\n");
  }

  @Test
  void aRunWhoseHelpersFailLivesAndSaysThatItIsDegraded() throws Exception {
    assertThat(server.get("/-/healthy").body()).isEqualTo("ok\n");
    Instant since = Instant.parse("2026-01-02T03:04:06Z");
    server.daemon.status =
        FakeDaemon.status(
            RunState.RUNNING,
            Instant.now(),
            Optional.empty(),
            List.of(
                new Trouble(Helper.JOURNAL, "disk full", since, 1, false),
                new Trouble(Helper.EVALUATOR, "bad weights", since, 7, true)));

    HttpResponse<String> healthy = server.get("/-/healthy");

    assertThat(healthy.statusCode()).isEqualTo(200);
    assertThat(healthy.body())
        .isEqualTo(
            """
            degraded
            journal fails since 2026-01-02T03:04:06Z, once: disk full
            evaluator fails since 2026-01-02T03:04:06Z, 7 times: bad weights
            """);
    assertThat(server.get("/-/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void tooLongWithoutAStepIsUnhealthyOnlyWhileRunning() throws Exception {
    Instant notLongAgo = Instant.now().minus(TestServer.STALL).plusSeconds(60);
    server.daemon.status = FakeDaemon.status(RunState.RUNNING, notLongAgo, Optional.empty());
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);

    Instant longAgo = Instant.now().minus(TestServer.STALL).minusSeconds(60);
    server.daemon.status = FakeDaemon.status(RunState.RUNNING, longAgo, Optional.empty());
    HttpResponse<String> stalled = server.get("/-/healthy");
    assertThat(stalled.statusCode()).isEqualTo(503);
    assertThat(stalled.body()).isEqualTo("no step has finished since " + longAgo + "\n");

    server.daemon.status = FakeDaemon.status(RunState.RUNNING, longAgo, Optional.of(Instant.now()));
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);

    server.daemon.status = FakeDaemon.status(RunState.PAUSED, longAgo, Optional.of(longAgo));
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void resumingAfterALongPauseGivesTheNextStepItsTime() throws Exception {
    Instant longAgo = Instant.now().minus(Duration.ofHours(1));
    server.daemon.status = FakeDaemon.status(RunState.RUNNING, longAgo, Optional.of(longAgo));
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(503);

    server.daemon.status =
        FakeDaemon.status(
            RunState.RUNNING, longAgo, Optional.of(longAgo), Optional.of(Instant.now()), List.of());
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void aSilentDaemonIsNeitherHealthyNorReady() throws Exception {
    KIT.stop(server.daemonRef);

    assertThat(server.get("/-/healthy").body()).isEqualTo("no answer from the daemon\n");
    assertThat(server.get("/-/healthy").statusCode()).isEqualTo(503);
    assertThat(server.get("/-/ready").statusCode()).isEqualTo(503);
  }
}
