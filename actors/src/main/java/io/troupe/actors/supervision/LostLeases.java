package io.troupe.actors.supervision;

import akka.actor.AllDeadLetters;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.memory.Lease;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import scala.Product;

/**
 * Closes the leases in messages that nobody gets: what an actor had in its mailbox when it stopped,
 * and what it is sent afterwards. It hears of all lost messages of its actor system by itself.
 */
public final class LostLeases {
  private LostLeases() {}

  /** One for an actor system. */
  public static Behavior<AllDeadLetters> create() {
    return Behaviors.setup(
        context -> {
          context
              .getSystem()
              .eventStream()
              .tell(new EventStream.Subscribe<>(AllDeadLetters.class, context.getSelf()));
          return Behaviors.receive(AllDeadLetters.class)
              .onMessage(
                  AllDeadLetters.class,
                  lost -> {
                    close(lost.message());
                    return Behaviors.same();
                  })
              .build();
        });
  }

  /** Closes leases that a message holds, itself or in messages that it is made around. */
  private static void close(Object message) throws ReflectiveOperationException {
    if (message instanceof Lease<?> lease) {
      lease.close();
    } else if (message instanceof Record && isOurs(message)) {
      for (RecordComponent component : message.getClass().getRecordComponents()) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true); // Messages to oneself are private.
        close(accessor.invoke(message));
      }
    } else if (message instanceof Product wrapping && !isOurs(message)) {
      // Akka's own, around a message that is to be adapted.
      for (int i = 0; i < wrapping.productArity(); i++) {
        close(wrapping.productElement(i));
      }
    }
  }

  private static boolean isOurs(Object message) {
    return message.getClass().getName().startsWith("io.troupe.actors.");
  }
}
