package io.troupe.actors.supervision;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;

/** How actors are spawned so that their mailboxes are counted. */
public final class Mailboxes {
  private Mailboxes() {}

  /** On the default dispatcher. */
  public static Props metered() {
    return MailboxSelector.fromConfig("troupe.metered-mailbox");
  }

  /** With a thread of the actor's own, for those that compute or block. */
  public static Props ownThread() {
    return metered(DispatcherSelector.fromConfig("troupe.pinned-dispatcher"));
  }

  /** On another dispatcher. */
  public static Props metered(DispatcherSelector dispatcher) {
    return dispatcher.withNext(metered());
  }
}
