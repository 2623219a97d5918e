package io.troupe.actors.run;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.Optional;

/** What others may say to a run. */
public sealed interface RunCommand {
  /** A command of somebody who waits for an answer. */
  sealed interface Asked extends RunCommand {
    /** Gets the answer. */
    ActorRef<RunAnswer> replyTo();
  }

  /** Asks how the run is. */
  record GetStatus(ActorRef<Status> replyTo) implements RunCommand {}

  /** Stops training after the present iteration until Resume; answered when it has stopped. */
  record Pause(ActorRef<RunAnswer> replyTo) implements Asked {}

  /** Goes on; answered when training goes on. */
  record Resume(ActorRef<RunAnswer> replyTo) implements Asked {}

  /**
   * Evaluates the present generator.
   *
   * @param untilDone whether the answer comes with the scores, or as soon as the evaluation is
   *     asked for
   */
  record Evaluate(boolean untilDone, ActorRef<RunAnswer> replyTo) implements Asked {}

  /** Ends a running evaluation without scores, and drops a queued one. */
  record CancelEvaluation(ActorRef<RunAnswer> replyTo) implements Asked {}

  /** Writes a checkpoint after the present iteration; answered when it is on disk. */
  record Checkpoint(ActorRef<RunAnswer> replyTo) implements Asked {}

  /**
   * Makes pictures of the present generator; answered when they are on disk.
   *
   * @param order which; empty is a grid as the run's own
   */
  record Sample(Optional<PictureOrder> order, ActorRef<RunAnswer> replyTo) implements Asked {
    /** A grid as the run's own. */
    public Sample(ActorRef<RunAnswer> replyTo) {
      this(Optional.empty(), replyTo);
    }
  }

  /** Ends the run with a last checkpoint; answered when that is on disk. */
  record Stop(ActorRef<RunAnswer> replyTo) implements Asked {}

  /**
   * Changes settings, e.g. {@code evaluation.every=500}; answered when the change is recorded, with
   * the step from which it holds if it changes what steps compute.
   */
  record ChangeSettings(List<String> overrides, ActorRef<RunAnswer> replyTo) implements Asked {}
}
