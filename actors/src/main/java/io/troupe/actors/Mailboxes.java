package io.troupe.actors;

import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;

/** How actors are spawned so that their mailboxes are counted. */
final class Mailboxes {
  private Mailboxes() {}

  /** On the default dispatcher. */
  static Props metered() {
    return MailboxSelector.fromConfig("troupe.metered-mailbox");
  }

  /** On another dispatcher. */
  static Props metered(DispatcherSelector dispatcher) {
    return dispatcher.withNext(metered());
  }
}
