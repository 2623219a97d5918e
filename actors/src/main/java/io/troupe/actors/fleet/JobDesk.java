package io.troupe.actors.fleet;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.stream.SourceRef;
import akka.util.ByteString;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds somebody for the jobs of a node's runs. A job goes to one worker after the other until one
 * does it. One that is silent, or does not get on, is left for the next. When there is no next one
 * the run does the job itself.
 */
final class JobDesk extends AbstractBehavior<JobDesk.Command> {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What a desk hears. */
  sealed interface Command {}

  /** A run hands a job over. */
  record Take(JobTicket ticket) implements Command, NoSerializationVerificationNeeded {}

  /** A run does not want a job any more. */
  record Withdraw(String job) implements Command, NoSerializationVerificationNeeded {}

  /** Whether somebody does jobs of a kind. */
  record IsTaken(JobKind kind, ActorRef<Boolean> replyTo)
      implements Command, NoSerializationVerificationNeeded {}

  /**
   * A worker has a job; told every second.
   *
   * @param percent that are done; -1 while it waits for others
   */
  record Standing(String job, ActorRef<JobWorker.Command> worker, int percent)
      implements Command, FleetMessage {}

  /**
   * A worker does not do a job.
   *
   * @param busy whether it may at another time
   */
  record Undone(String job, ActorRef<JobWorker.Command> worker, boolean busy, String reason)
      implements Command, FleetMessage {}

  /** A worker wants a job's input. */
  record Fetch(String job, ActorRef<JobWorker.Command> worker) implements Command, FleetMessage {}

  /** A worker has done a job. */
  record Finished(
      String job,
      ActorRef<JobWorker.Command> worker,
      int length,
      String sha256,
      SourceRef<ByteString> output)
      implements Command, FleetMessage {}

  private record Found(Receptionist.Listing listing)
      implements Command, NoSerializationVerificationNeeded {}

  private record Came(String job, ActorRef<JobWorker.Command> worker, JobData output)
      implements Command, NoSerializationVerificationNeeded {}

  private record NotCome(String job, ActorRef<JobWorker.Command> worker, String reason)
      implements Command, NoSerializationVerificationNeeded {}

  private enum Look implements Command, NoSerializationVerificationNeeded {
    LOOK
  }

  /**
   * How long workers are waited for.
   *
   * @param silence without a word
   * @param standstill without a percent more, which is longer than the opening of a dataset takes
   */
  record Patience(Duration silence, Duration standstill) {}

  private static final class Open {
    private final JobTicket ticket;
    private final List<KnownWorkers.Candidate> candidates;
    private KnownWorkers.Candidate present;
    private int percent;

    /** Whether all that were asked had only too much to do. */
    private boolean busy = true;

    private long heardAt;
    private long changedAt;

    /** Whether its result is on its way, for which the stream has a deadline of its own. */
    private boolean coming;

    Open(JobTicket ticket, List<KnownWorkers.Candidate> candidates) {
      this.ticket = ticket;
      this.candidates = candidates;
    }
  }

  private final KnownWorkers workers;
  private final Blobs blobs;
  private final Patience patience;
  private final Map<String, Open> jobs = new HashMap<>();

  private JobDesk(
      ActorContext<Command> context, TimerScheduler<Command> timers, Patience patience) {
    super(context);
    workers = new KnownWorkers(new Members(context.getSystem()));
    blobs = new Blobs(context.getSystem());
    this.patience = patience;
    ActorRef<Receptionist.Listing> listings =
        context.messageAdapter(Receptionist.Listing.class, Found::new);
    for (JobKind kind : JobKind.values()) {
      context
          .getSystem()
          .receptionist()
          .tell(Receptionist.subscribe(JobWorker.key(kind), listings));
    }
    timers.startTimerWithFixedDelay(Look.LOOK, LOOK);
  }

  static Behavior<Command> create(Patience patience) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new JobDesk(context, timers, patience)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Found.class, this::found)
        .onMessage(IsTaken.class, this::isTaken)
        .onMessage(Take.class, this::take)
        .onMessage(Withdraw.class, this::withdraw)
        .onMessage(Standing.class, this::standing)
        .onMessage(Undone.class, this::undone)
        .onMessage(Fetch.class, this::fetch)
        .onMessage(Finished.class, this::finished)
        .onMessage(Came.class, this::came)
        .onMessage(NotCome.class, this::notCome)
        .onMessage(Look.class, look -> look())
        .build();
  }

  private Behavior<Command> found(Found found) {
    workers.found(found.listing());
    for (Open job : List.copyOf(jobs.values())) {
      if (!job.coming && workers.hasLeft(job.ticket.kind(), job.present.worker())) {
        leave(job, "has left the fleet");
      }
    }
    return this;
  }

  private Behavior<Command> isTaken(IsTaken question) {
    question.replyTo().tell(workers.has(question.kind()));
    return this;
  }

  private Behavior<Command> take(Take take) {
    Open job = new Open(take.ticket(), workers.candidates(take.ticket().kind()));
    jobs.put(take.ticket().id(), job);
    if (job.candidates.isEmpty()) {
      job.busy = false;
    }
    offer(job, "no node of the fleet does such jobs at present");
    return this;
  }

  /** To the next one, as something is wrong with the present one. */
  private void leave(Open job, String reason) {
    job.busy = false;
    offer(job, "%s %s".formatted(workers.node(job.present.worker()), reason));
  }

  /** To the next one; without one the job is the run's. */
  private void offer(Open job, String reason) {
    JobTicket ticket = job.ticket;
    job.candidates.removeIf(one -> workers.hasLeft(ticket.kind(), one.worker()));
    if (job.candidates.isEmpty()) {
      jobs.remove(ticket.id());
      ticket.set(new JobTicket.Undone(reason, job.busy));
      return;
    }
    job.present = job.candidates.remove(0);
    job.percent = -1;
    job.coming = false;
    job.heardAt = System.nanoTime();
    job.changedAt = job.heardAt;
    job.present
        .worker()
        .tell(
            new JobWorker.Offer(
                ticket.id(),
                ticket.kind().label(),
                ticket.step(),
                ticket.input().length(),
                ticket.input().sha256(),
                job.present.queues(),
                getContext().getSelf()));
  }

  /** The job that a worker speaks of, if it is its own still. */
  private Optional<Open> of(String job, ActorRef<JobWorker.Command> worker) {
    Optional<Open> open =
        Optional.ofNullable(jobs.get(job)).filter(one -> one.present.worker().equals(worker));
    if (open.isEmpty()) {
      worker.tell(new JobWorker.Withdraw(job));
    }
    return open;
  }

  private Behavior<Command> withdraw(Withdraw withdraw) {
    Open job = jobs.remove(withdraw.job());
    if (job != null) {
      job.present.worker().tell(new JobWorker.Withdraw(withdraw.job()));
    }
    return this;
  }

  private Behavior<Command> standing(Standing standing) {
    of(standing.job(), standing.worker())
        .ifPresent(
            job -> {
              job.heardAt = System.nanoTime();
              if (standing.percent() != job.percent) {
                job.percent = standing.percent();
                job.changedAt = job.heardAt;
                job.ticket.set(
                    new JobTicket.Underway(Double.toString(Math.max(0, job.percent) / 100.0)));
              }
            });
    return this;
  }

  private Behavior<Command> undone(Undone undone) {
    of(undone.job(), undone.worker())
        .ifPresent(
            job -> {
              if (!undone.busy()) {
                job.busy = false;
                job.candidates.removeIf(one -> one.worker().equals(undone.worker()));
              }
              offer(job, "%s: %s".formatted(workers.node(undone.worker()), undone.reason()));
            });
    return this;
  }

  private Behavior<Command> fetch(Fetch fetch) {
    of(fetch.job(), fetch.worker())
        .ifPresent(
            job -> {
              job.heardAt = System.nanoTime();
              fetch.worker().tell(new JobWorker.Input(fetch.job(), blobs.lend(job.ticket.input())));
            });
    return this;
  }

  private Behavior<Command> finished(Finished finished) {
    Optional<Open> job = of(finished.job(), finished.worker());
    if (job.isPresent()) {
      job.get().coming = true;
      getContext()
          .pipeToSelf(
              blobs.collect(finished.output(), finished.length(), finished.sha256()),
              (output, failure) ->
                  failure == null
                      ? new Came(finished.job(), finished.worker(), output)
                      : new NotCome(finished.job(), finished.worker(), failure.getMessage()));
    }
    return this;
  }

  private Behavior<Command> came(Came came) {
    of(came.job(), came.worker())
        .ifPresent(
            job -> {
              jobs.remove(came.job());
              job.ticket.set(new JobTicket.Done(came.output(), workers.node(came.worker())));
            });
    return this;
  }

  private Behavior<Command> notCome(NotCome message) {
    of(message.job(), message.worker())
        .ifPresent(
            job -> leave(job, "has done it, and the result did not come: " + message.reason()));
    return this;
  }

  private Behavior<Command> look() {
    long now = System.nanoTime();
    for (Open job : List.copyOf(jobs.values())) {
      ActorRef<JobWorker.Command> worker = job.present.worker();
      if (job.coming) {
        continue;
      }
      if (now - job.heardAt > patience.silence().toNanos()) {
        worker.tell(new JobWorker.Withdraw(job.ticket.id()));
        leave(job, "is silent");
      } else if (now - job.changedAt > patience.standstill().toNanos()) {
        worker.tell(new JobWorker.Withdraw(job.ticket.id()));
        leave(job, "does not get on with it");
      }
    }
    return this;
  }
}
