package io.troupe.actors.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class LostLeasesTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.load("application-test"));

  private sealed interface Command {}

  private enum Hold implements Command {
    INSTANCE
  }

  private record Lent(long step, Lease<Buffer> lease) {}

  private record LentArrived(Lent lent) implements Command {}

  private record Buffer(AtomicInteger freed) implements AutoCloseable {
    @Override
    public void close() {
      freed.incrementAndGet();
    }
  }

  private final AtomicInteger freed = new AtomicInteger();
  private final Pool<Buffer> pool = new Pool<>("test", 3, () -> new Buffer(freed));
  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final TestProbe<ActorRef<Lent>> adapters = KIT.createTestProbe();
  private ActorRef<Command> actor;

  /** An actor that is held by its first message, and stops then, whatever else it was sent. */
  @BeforeEach
  void spawn() {
    Behavior<Command> stopping =
        Behaviors.setup(
            context -> {
              adapters.getRef().tell(context.messageAdapter(Lent.class, LentArrived::new));
              return Behaviors.receive(Command.class)
                  .onMessageEquals(
                      Hold.INSTANCE,
                      () -> {
                        held.countDown();
                        released.await();
                        return Behaviors.stopped();
                      })
                  .build();
            });
    KIT.spawn(LostLeases.create());
    actor = KIT.spawn(stopping, Mailboxes.ownThread());
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private Lent lend(long step) {
    return new Lent(step, pool.tryLease().orElseThrow());
  }

  @Test
  void whatAStoppedActorStillHadAndGetsIsGivenBack() throws Exception {
    ActorRef<Lent> adapter = adapters.receiveMessage();
    actor.tell(Hold.INSTANCE);
    held.await();
    actor.tell(new LentArrived(lend(1)));
    adapter.tell(lend(2));
    assertThat(pool.available()).isEqualTo(1);
    released.countDown();
    adapters.expectTerminated(actor);
    adapters.awaitAssert(
        () -> {
          assertThat(pool.available()).isEqualTo(3);
          return null;
        });
    adapter.tell(lend(3));
    actor.tell(new LentArrived(lend(4)));
    adapters.awaitAssert(
        () -> {
          assertThat(pool.available()).isEqualTo(3);
          return null;
        });
    pool.close();
    assertThat(freed).hasValue(3);
  }
}
