package io.troupe.actors.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.supervision.Mailboxes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What MeteredMailbox.QUEUES holds. */
@Tag("protocol")
class MeteredMailboxTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.load("application-test"));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  /** Stops at the first message. */
  private static Behavior<String> stopping() {
    return Behaviors.receiveMessage(message -> Behaviors.stopped());
  }

  /** Of the actors whose names begin like that. */
  private static List<String> held(String prefix) {
    List<String> names = new ArrayList<>();
    MeteredMailbox.forEach(
        (name, queue) -> {
          if (name.startsWith(prefix)) {
            names.add(name);
          }
        });
    return names;
  }

  @Test
  void holdsNoMailboxOfAnActorThatHasStopped() {
    TestProbe<Object> watcher = KIT.createTestProbe();
    for (int i = 0; i < 100; i++) {
      ActorRef<String> actor = KIT.spawn(stopping(), "metered-" + i, Mailboxes.metered());
      assertThat(held("metered-")).contains("metered-" + i);
      actor.tell("stop");
      actor.tell("never read");
      watcher.expectTerminated(actor);
    }
    assertThat(held("metered-")).isEmpty();
  }

  /** Its name is another's by then. */
  @Test
  void anActorThatStopsLateDoesNotTakeTheMailboxOfItsNamesake() {
    CountDownLatch busy = new CountDownLatch(1);
    ActorTestKit other = ActorTestKit.create(ConfigFactory.load("application-test"));
    ActorRef<String> first =
        other.spawn(
            Behaviors.receiveMessage(
                message -> {
                  busy.await();
                  return Behaviors.stopped();
                }),
            "namesake",
            Mailboxes.metered());
    first.tell("stop");
    ActorRef<String> second = KIT.spawn(stopping(), "namesake", Mailboxes.metered());
    busy.countDown();
    other.shutdownTestKit();
    assertThat(held("namesake")).hasSize(1);

    TestProbe<Object> watcher = KIT.createTestProbe();
    second.tell("stop");
    watcher.expectTerminated(second);
    assertThat(held("namesake")).isEmpty();
  }
}
