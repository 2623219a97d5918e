package io.troupe.actors.fleet;

import akka.actor.typed.ActorRef;
import io.troupe.actors.fleet.Dispatcher.Answer;
import io.troupe.actors.fleet.FleetBook.RefusedException;
import java.util.List;
import java.util.Map;

/** What people ask of a fleet, for the dispatcher to carry out. */
sealed interface Order extends Dispatcher.Command, FleetMessage {
  /** Who asks. */
  ActorRef<Answer> replyTo();

  /** What is done, in a word or two. */
  String done();

  /**
   * Changes the book.
   *
   * @param slots of the trainer nodes that can be reached
   * @return the runs that it concerns
   */
  List<String> carryOut(FleetBook book, Map<String, Integer> slots) throws RefusedException;

  /** Trains runs. */
  record Submit(Submission submission, ActorRef<Answer> replyTo) implements Order {
    @Override
    public String done() {
      return "submitted";
    }

    @Override
    public List<String> carryOut(FleetBook book, Map<String, Integer> slots)
        throws RefusedException {
      List<Submission.Wanted> wanted = submission.runs();
      book.submit(wanted, submission.sweep());
      return wanted.stream().map(Submission.Wanted::name).toList();
    }
  }

  /** Ends a run, or the runs of a sweep. */
  record Stop(String name, ActorRef<Answer> replyTo) implements Order {
    @Override
    public String done() {
      return "stopping";
    }

    @Override
    public List<String> carryOut(FleetBook book, Map<String, Integer> slots)
        throws RefusedException {
      return book.stop(name);
    }
  }

  /** Lets a run that was stopped, or failed, go on. */
  record Resume(String name, ActorRef<Answer> replyTo) implements Order {
    @Override
    public String done() {
      return "queued";
    }

    @Override
    public List<String> carryOut(FleetBook book, Map<String, Integer> slots)
        throws RefusedException {
      return book.resume(name);
    }
  }

  /** Lets a run go on on another node. */
  record Move(String name, String node, ActorRef<Answer> replyTo) implements Order {
    @Override
    public String done() {
      return "moving";
    }

    @Override
    public List<String> carryOut(FleetBook book, Map<String, Integer> slots)
        throws RefusedException {
      book.move(name, node, slots);
      return List.of(name);
    }
  }

  /** Lets runs leave the queue sooner or later. */
  record Prioritise(String name, int priority, ActorRef<Answer> replyTo) implements Order {
    @Override
    public String done() {
      return "priority " + priority;
    }

    @Override
    public List<String> carryOut(FleetBook book, Map<String, Integer> slots)
        throws RefusedException {
      return book.prioritise(name, priority);
    }
  }
}
