package io.troupe.actors.monitoring;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMailbox;
import com.typesafe.config.Config;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import scala.Option;

/**
 * Akka's usual mailbox, whose length can be read, and how many messages were taken from it. Bounds
 * come from the protocols: each sender has a bounded number of messages under way.
 */
public final class MeteredMailbox
    implements MailboxType, ProducesMessageQueue<UnboundedMailbox.MessageQueue> {
  private static final Map<String, Queue> QUEUES = new ConcurrentHashMap<>();

  /** A mailbox of an actor, until that ends. */
  static final class Queue extends UnboundedMailbox.MessageQueue {
    private static final long serialVersionUID = 1;

    private final AtomicLong taken = new AtomicLong();

    @Override
    public Envelope dequeue() {
      Envelope message = super.dequeue();
      if (message != null) {
        taken.incrementAndGet();
      }
      return message;
    }

    @Override
    public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
      QUEUES.remove(owner.path().name(), this);
      super.cleanUp(owner, deadLetters);
    }

    /** Messages that the actor took up so far. */
    long taken() {
      return taken.get();
    }
  }

  /** Called by Akka with the mailbox's settings. */
  public MeteredMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    Queue queue = new Queue();
    if (owner.isDefined()) {
      QUEUES.put(owner.get().path().name(), queue);
    }
    return queue;
  }

  /** Visits the name and the mailbox of each actor. */
  static void forEach(BiConsumer<String, Queue> visitor) {
    QUEUES.forEach(visitor);
  }
}
