package io.troupe.actors.daemon;

import akka.actor.typed.ActorRef;
import io.troupe.actors.run.RunAnswer;
import java.util.ArrayList;
import java.util.List;

/** Commands that the daemon has not answered yet, by the event that each waits for. */
final class PendingAnswers {
  /** What can be waited for. */
  enum Event {
    PAUSED,
    RESUMED,
    EVALUATED,
    SAVED,
    GRID_WRITTEN,
    PICTURES_WRITTEN,
    ENDED
  }

  private record Waiting(Event event, long fromStep, ActorRef<RunAnswer> replyTo) {}

  private final List<Waiting> waiting = new ArrayList<>();

  /**
   * Notes who waits for an event.
   *
   * @param fromStep the step that the event must be about, or a later one: what was under way when
   *     the command came is not its answer
   */
  void add(Event event, long fromStep, ActorRef<RunAnswer> replyTo) {
    waiting.add(new Waiting(event, fromStep, replyTo));
  }

  /** Whether anybody waits for an event. */
  boolean isAwaited(Event event) {
    return waiting.stream().anyMatch(one -> one.event == event);
  }

  /** How many wait for an event. */
  int count(Event event) {
    return (int) waiting.stream().filter(one -> one.event == event).count();
  }

  /** Answers one, if he still waits. */
  void answer(ActorRef<RunAnswer> asker, RunAnswer answer) {
    if (waiting.removeIf(one -> one.replyTo.equals(asker))) {
      asker.tell(answer);
    }
  }

  /** What is waited for, in the order in which it was asked for. */
  List<Event> awaited() {
    return waiting.stream().map(Waiting::event).toList();
  }

  /** Answers those who wait for an event, which is about a step. */
  void answer(Event event, long step, RunAnswer answer) {
    waiting.removeIf(
        one -> {
          boolean meant = one.event == event && one.fromStep <= step;
          if (meant) {
            one.replyTo.tell(answer);
          }
          return meant;
        });
  }

  /** Answers everybody who waits for an event, because it will not come. */
  void refuse(Event event, RunAnswer.Refused answer) {
    answer(event, Long.MAX_VALUE, answer);
  }

  /** Answers everybody. */
  void answerAll(RunAnswer answer) {
    waiting.forEach(one -> one.replyTo.tell(answer));
    waiting.clear();
  }
}
