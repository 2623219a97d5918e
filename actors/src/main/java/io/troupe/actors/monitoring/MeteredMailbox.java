package io.troupe.actors.monitoring;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMailbox;
import com.typesafe.config.Config;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import scala.Option;

/**
 * Akka's usual mailbox, whose length can be read. Bounds come from the protocols: each sender has a
 * bounded number of messages under way.
 */
public final class MeteredMailbox
    implements MailboxType, ProducesMessageQueue<UnboundedMailbox.MessageQueue> {
  private static final Map<String, MessageQueue> QUEUES = new ConcurrentHashMap<>();

  /** Called by Akka with the mailbox's settings. */
  public MeteredMailbox(ActorSystem.Settings settings, Config config) {}

  @Override
  public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
    MessageQueue queue = new UnboundedMailbox.MessageQueue();
    if (owner.isDefined()) {
      QUEUES.put(owner.get().path().name(), queue);
    }
    return queue;
  }

  /** Visits the name of each actor, and how many messages wait for it. */
  static void forEach(BiConsumer<String, Integer> visitor) {
    QUEUES.forEach((actor, queue) -> visitor.accept(actor, queue.numberOfMessages()));
  }
}
