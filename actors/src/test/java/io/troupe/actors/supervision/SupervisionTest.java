package io.troupe.actors.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.Failures;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class SupervisionTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestProbe<Supervision.Failure> failures = KIT.createTestProbe();
  private final TestProbe<String> echo = KIT.createTestProbe();

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  /** Says how many messages it has echoed; fails by what it is told. */
  private Behavior<Object> counting() {
    return Behaviors.setup(
        context -> {
          int[] count = new int[1];
          return Behaviors.receiveMessage(
              message -> {
                if (message instanceof Exception exception) {
                  throw exception;
                }
                if (message instanceof Error error) {
                  throw error;
                }
                count[0]++;
                echo.getRef().tell(message + " " + count[0]);
                return Behaviors.same();
              });
        });
  }

  private void expectFailure(String cause, boolean starting) {
    failures.expectMessage(new Supervision.Failure(Helper.JOURNAL, cause, starting));
  }

  @Test
  void resumesWithItsStateHoweverOftenItFails() {
    ActorRef<Object> actor =
        KIT.spawn(Supervision.resuming(Helper.JOURNAL, counting(), failures.getRef()));
    actor.tell("a");
    echo.expectMessage("a 1");
    for (int i = 0; i < 20; i++) {
      actor.tell(new StackOverflowError("deep"));
      expectFailure("java.lang.StackOverflowError: deep", false);
    }
    actor.tell(new IOException("disk full\nsecond line"));
    expectFailure("java.io.IOException: disk full", false);
    actor.tell("b");
    echo.expectMessage("b 2");
  }

  @Test
  void triesToStartWithoutEnd() {
    int[] left = {12};
    Behavior<Object> reluctant =
        Behaviors.setup(
            context -> {
              if (left[0]-- > 0) {
                throw new OutOfMemoryError("heap");
              }
              return counting();
            });
    ActorRef<Object> actor =
        KIT.spawn(Supervision.restarting(Helper.JOURNAL, reluctant, failures.getRef()));
    for (int i = 0; i < 12; i++) {
      expectFailure("java.lang.OutOfMemoryError: heap", true);
      echo.expectNoMessage(Duration.ofMillis(20));
      time.timePasses(Duration.ofSeconds(67));
    }
    actor.tell("a");
    echo.expectMessage("a 1");
  }

  @Test
  void anErrorReachesTheParentAsAnException() throws Exception {
    CompletableFuture<Throwable> cause = new CompletableFuture<>();
    ActorRef<Object> actor = Failures.spawn(KIT, Supervision.byExceptions(counting()), cause);
    actor.tell(new NoClassDefFoundError("gone"));
    assertThat(cause.get(1, TimeUnit.MINUTES))
        .isInstanceOf(Supervision.ActorErrorException.class)
        .hasMessage("java.lang.NoClassDefFoundError: gone")
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void ofOurOwnFailuresTheMessageIsEnough() {
    assertThat(Supervision.describe(new RunException("the weights are none")))
        .isEqualTo("the weights are none");
    assertThat(Supervision.describe(new IOException("cannot write", new IOException("disk full"))))
        .isEqualTo("java.io.IOException: cannot write: disk full");
    assertThat(Supervision.describe(new IllegalStateException("x".repeat(9000)))).hasSize(503);
  }
}
