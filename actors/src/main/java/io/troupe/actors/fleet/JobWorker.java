package io.troupe.actors.fleet;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.stream.SourceRef;
import akka.util.ByteString;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.Work;
import io.troupe.actors.supervision.HeapSpace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Does jobs for runs of a fleet, one at a time in a thread of its own; a few may wait. Inputs are
 * fetched when it is their turn.
 */
final class JobWorker extends AbstractBehavior<JobWorker.Command> {
  private static final int MOST_WAITING = 8;
  private static final Duration TELL = Duration.ofSeconds(1);
  private static final String HANGS = "it does not get on with a job that nobody wants any more";

  /** What a worker hears. */
  sealed interface Command {}

  /**
   * A node asks whether this one does a job.
   *
   * @param kind its label
   * @param length bytes of its input
   * @param sha256 of its input
   * @param waits whether it may wait for others
   */
  record Offer(
      String job,
      String kind,
      long step,
      int length,
      String sha256,
      boolean waits,
      ActorRef<JobDesk.Command> desk)
      implements Command, FleetMessage {}

  /** Nobody wants a job any more. */
  record Withdraw(String job) implements Command, FleetMessage {}

  /** A job's input, to be read. */
  record Input(String job, SourceRef<ByteString> input) implements Command, FleetMessage {}

  private record Came(String job, JobData input)
      implements Command, NoSerializationVerificationNeeded {}

  private record Worked(String job, JobData output)
      implements Command, NoSerializationVerificationNeeded {}

  private record Failed(String job, String reason)
      implements Command, NoSerializationVerificationNeeded {}

  private enum Tell implements Command, NoSerializationVerificationNeeded {
    TELL
  }

  /** The job that is being done. */
  private static final class Present {
    private final Offer offer;
    private volatile int percent;
    private volatile boolean withdrawn;
    private long withdrawnAt;
    private boolean fetched;
    private boolean working;

    Present(Offer offer) {
      this.offer = offer;
    }

    void withdraw() {
      withdrawn = true;
      withdrawnAt = System.nanoTime();
    }

    void advance(double share) {
      if (withdrawn) {
        throw new CancellationException("nobody wants it any more");
      }
      percent = (int) (100 * share);
    }
  }

  private final Duration patience;
  private final Blobs blobs;
  private final WorkThread thread;
  private final Deque<Offer> waiting = new ArrayDeque<>();
  private Optional<Present> present = Optional.empty();

  private JobWorker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Map<JobKind, Supplier<Work>> kinds,
      Duration patience) {
    super(context);
    this.patience = patience;
    blobs = new Blobs(context.getSystem());
    thread = new WorkThread("troupe-" + context.getSelf().path().name(), kinds);
    timers.startTimerWithFixedDelay(Tell.TELL, TELL);
    for (JobKind kind : kinds.keySet()) {
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.register(key(kind), context.getSelf().narrow()));
    }
  }

  /** By which workers of a kind are found. */
  static ServiceKey<Command> key(JobKind kind) {
    return ServiceKey.create(Command.class, "jobs-" + kind.label());
  }

  /**
   * A worker.
   *
   * @param kinds what it does, each made when it is needed first
   * @param patience how long others wait for the end of one that nobody wants any more
   */
  static Behavior<Command> create(Map<JobKind, Supplier<Work>> kinds, Duration patience) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new JobWorker(context, timers, kinds, patience)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Offer.class, this::offered)
        .onMessage(Withdraw.class, this::withdraw)
        .onMessage(Input.class, this::input)
        .onMessage(Came.class, this::came)
        .onMessage(Worked.class, this::worked)
        .onMessage(Failed.class, failed -> failed(failed.job(), failed.reason()))
        .onMessage(Tell.class, tell -> tellAll())
        .onSignal(PostStop.class, signal -> stop())
        .build();
  }

  private Behavior<Command> offered(Offer offer) {
    if (!thread.does(offer.kind())) {
      refuse(offer, false, "jobs \"%s\" are not done there".formatted(offer.kind()));
    } else if (present.isEmpty()) {
      begin(offer);
    } else if (hangs()) {
      refuse(offer, false, HANGS);
    } else if (offer.waits() && waiting.size() < MOST_WAITING) {
      waiting.addLast(offer);
      tell(offer, -1);
    } else {
      refuse(offer, true, "it has other jobs");
    }
    return this;
  }

  private void refuse(Offer offer, boolean busy, String reason) {
    offer.desk().tell(new JobDesk.Undone(offer.job(), getContext().getSelf(), busy, reason));
  }

  private void tell(Offer offer, int percent) {
    offer.desk().tell(new JobDesk.Standing(offer.job(), getContext().getSelf(), percent));
  }

  private void begin(Offer offer) {
    try {
      HeapSpace.require(offer.length(), "a job of a run");
    } catch (IllegalStateException e) {
      refuse(offer, false, e.getMessage());
      next();
      return;
    }
    present = Optional.of(new Present(offer));
    tell(offer, 0);
    offer.desk().tell(new JobDesk.Fetch(offer.job(), getContext().getSelf()));
  }

  private void next() {
    present = Optional.empty();
    Offer offer = waiting.pollFirst();
    if (offer != null) {
      begin(offer);
    }
  }

  private Optional<Present> of(String job) {
    return present.filter(one -> one.offer.job().equals(job));
  }

  /** One that is being worked at ends as soon as its work hears of it. */
  private Behavior<Command> withdraw(Withdraw withdraw) {
    for (Iterator<Offer> offers = waiting.iterator(); offers.hasNext(); ) {
      if (offers.next().job().equals(withdraw.job())) {
        offers.remove();
      }
    }
    Optional<Present> job = of(withdraw.job());
    if (job.isPresent()) {
      job.get().withdraw();
      if (!job.get().working) {
        next();
      }
    }
    return this;
  }

  private Behavior<Command> input(Input input) {
    Optional<Present> job = of(input.job());
    if (job.isPresent() && !job.get().fetched) {
      job.get().fetched = true;
      Offer offer = job.get().offer;
      getContext()
          .pipeToSelf(
              blobs.collect(input.input(), offer.length(), offer.sha256()),
              (bytes, failure) ->
                  failure == null
                      ? new Came(offer.job(), bytes)
                      : new Failed(offer.job(), "the input did not come: " + failure.getMessage()));
    }
    return this;
  }

  private Behavior<Command> came(Came came) {
    Optional<Present> job = of(came.job());
    if (job.isPresent()) {
      job.get().working = true;
      JobKind kind = JobKind.of(job.get().offer.kind()).orElseThrow();
      getContext()
          .pipeToSelf(
              thread.begin(kind, came.input(), job.get()::advance),
              (output, failure) ->
                  failure == null
                      ? new Worked(came.job(), output)
                      : new Failed(came.job(), JobException.of(failure).getMessage()));
    }
    return this;
  }

  private Behavior<Command> worked(Worked worked) {
    Optional<Present> job = of(worked.job());
    if (job.isPresent()) {
      if (!job.get().withdrawn) {
        job.get()
            .offer
            .desk()
            .tell(
                new JobDesk.Finished(
                    worked.job(),
                    getContext().getSelf(),
                    worked.output().length(),
                    worked.output().sha256(),
                    blobs.lend(worked.output())));
      }
      next();
    }
    return this;
  }

  private Behavior<Command> failed(String id, String reason) {
    Optional<Present> job = of(id);
    if (job.isPresent()) {
      if (!job.get().withdrawn) {
        refuse(job.get().offer, false, reason);
      }
      next();
    }
    return this;
  }

  /** Whether its work does not even hear that nobody wants it. */
  private boolean hangs() {
    return present
        .filter(job -> job.withdrawn && System.nanoTime() - job.withdrawnAt > patience.toNanos())
        .isPresent();
  }

  private Behavior<Command> tellAll() {
    if (hangs()) {
      waiting.forEach(offer -> refuse(offer, false, HANGS));
      waiting.clear();
    }
    present.filter(job -> !job.withdrawn).ifPresent(job -> tell(job.offer, job.percent));
    waiting.forEach(offer -> tell(offer, -1));
    return this;
  }

  private Behavior<Command> stop() {
    present.ifPresent(
        job -> {
          job.withdraw();
          refuse(job.offer, false, "it leaves the fleet");
        });
    waiting.forEach(offer -> refuse(offer, false, "it leaves the fleet"));
    thread.end();
    return this;
  }
}
