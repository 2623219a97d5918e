package io.troupe.actors;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Whom the daemon still owes an answer, by what they wait for. */
final class PendingAnswers {
  /** What can be waited for. */
  enum Event {
    PAUSED,
    RESUMED,
    EVALUATED,
    SAVED,
    GRID_WRITTEN,
    ENDED
  }

  private final Map<Event, List<ActorRef<Daemon.Answer>>> waiting = new EnumMap<>(Event.class);

  void add(Event event, ActorRef<Daemon.Answer> replyTo) {
    waiting.computeIfAbsent(event, key -> new ArrayList<>()).add(replyTo);
  }

  /** Answers all who wait for an event. */
  void answer(Event event, Daemon.Answer answer) {
    List<ActorRef<Daemon.Answer>> all = waiting.remove(event);
    if (all != null) {
      all.forEach(replyTo -> replyTo.tell(answer));
    }
  }

  /** Answers everybody. */
  void answerAll(Daemon.Answer answer) {
    for (Event event : Event.values()) {
      answer(event, answer);
    }
  }
}
