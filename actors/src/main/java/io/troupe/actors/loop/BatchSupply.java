package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Lease;
import java.util.Optional;

/** The batch that was asked for, and the one that is there; belongs to the trainer. */
final class BatchSupply {
  private final ActorRef<Prefetcher.Command> prefetcher;
  private final ActorRef<Prefetcher.Batch> replyTo;
  private boolean asked;
  private Optional<Prefetcher.Batch> held = Optional.empty();

  BatchSupply(ActorRef<Prefetcher.Command> prefetcher, ActorRef<Prefetcher.Batch> replyTo) {
    this.prefetcher = prefetcher;
    this.replyTo = replyTo;
  }

  /** Asks for the batch of a step. */
  void ask(long step) {
    asked = true;
    prefetcher.tell(new Prefetcher.NextBatch(step, replyTo));
  }

  /** Whether one was asked for that has not arrived. */
  boolean isAsked() {
    return asked;
  }

  /** The batch that was asked for is there. */
  void arrived(Prefetcher.Batch batch) {
    asked = false;
    held = Optional.of(batch);
  }

  /** Whether a batch is there. */
  boolean isThere() {
    return held.isPresent();
  }

  /** Hands over the batch that is there. */
  Lease<BatchBuffer> take() {
    Lease<BatchBuffer> lease = held.orElseThrow().lease();
    held = Optional.empty();
    return lease;
  }

  /** Gives the batch that is there back. */
  void release() {
    held.ifPresent(batch -> batch.lease().close());
  }
}
