package io.troupe.actors.fleet;

import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A job that a run's process has handed to its node, which asks how it is. Thread-safe. */
final class JobTicket {
  /** How a job is. */
  sealed interface State {}

  /** Nobody has done it yet; the share is a text, empty at first. */
  record Underway(String share) implements State {}

  /** It is done. */
  record Done(JobData output, String node) implements State {}

  /**
   * Nobody does it.
   *
   * @param busy whether it is only that all have too much to do
   */
  record Undone(String reason, boolean busy) implements State {}

  private final String id;
  private final JobKind kind;
  private final long step;
  private final JobData input;
  private State state = new Underway("");
  private long askedAt = System.nanoTime();

  /** One that was handed over just now. */
  JobTicket(String id, JobKind kind, long step, JobData input) {
    this.id = id;
    this.kind = kind;
    this.step = step;
    this.input = input;
  }

  String id() {
    return id;
  }

  JobKind kind() {
    return kind;
  }

  long step() {
    return step;
  }

  JobData input() {
    return input;
  }

  synchronized void set(State next) {
    if (state instanceof Underway) {
      state = next;
      notifyAll();
    }
  }

  /**
   * How it is, as soon as that is news or some time has passed.
   *
   * @param seen share that is known
   */
  synchronized State await(String seen, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (state instanceof Underway underway && underway.share().equals(seen)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    askedAt = System.nanoTime();
    return state;
  }

  /** Whether nobody has asked for so long. */
  synchronized boolean isForgotten(Duration patience) {
    return System.nanoTime() - askedAt > patience.toNanos();
  }
}
