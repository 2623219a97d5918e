package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.JobSettings;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Has batches made by other nodes, one at a time. What is not there when training needs it, or does
 * not come, it hands back, and one of the run's own workers makes it, with the same bits.
 */
public final class RemoteAugmentWorker extends AbstractBehavior<RemoteAugmentWorker.Command> {
  /** What it hears. */
  public sealed interface Command {}

  /** A batch to be made; the buffer is written to only before it is done or handed back. */
  public record Begin(AugmentWorker.Job job) implements Command {}

  /** Training waits for a step's batch. */
  public record Hurry(long step) implements Command {}

  private record Ended(
      RemoteJobs.Job job, Optional<RemoteJobs.Done> done, Optional<Throwable> failure)
      implements Command {}

  private enum Look implements Command {
    LOOK
  }

  /**
   * Who makes batches, and of what.
   *
   * @param digest of the dataset
   */
  public record Source(RemoteJobs jobs, DatasetDigest digest) {}

  private record Handed(AugmentWorker.Job job, RemoteJobs.Job elsewhere) {}

  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final String settings;
  private final Source source;
  private final ActorRef<Prefetcher.Command> prefetcher;
  private final RunMetrics metrics;
  private final ActorRef<Trainer.Event> listener;
  private final TimerScheduler<Command> timers;
  private Optional<Handed> handed = Optional.empty();
  private String told = "";

  /** How long it waits after the next failure to read all pictures, which takes long. */
  private Duration pause = AFTER_FAILURE;

  private RemoteAugmentWorker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      RunSettings settings,
      Source source,
      ActorRef<Prefetcher.Command> prefetcher,
      RunMetrics metrics,
      ActorRef<Trainer.Event> listener) {
    super(context);
    this.timers = timers;
    this.settings = JobSettings.text(settings);
    this.source = source;
    this.prefetcher = prefetcher;
    this.metrics = metrics;
    this.listener = listener;
    timers.startSingleTimer(Look.LOOK, Duration.ZERO);
  }

  /**
   * A worker that tells the prefetcher when there is somebody to make batches.
   *
   * @param listener hears when batches come from elsewhere, and why not
   */
  static Behavior<Command> create(
      RunSettings settings,
      Source source,
      ActorRef<Prefetcher.Command> prefetcher,
      RunMetrics metrics,
      ActorRef<Trainer.Event> listener) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new RemoteAugmentWorker(
                        context, timers, settings, source, prefetcher, metrics, listener)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> look())
        .onMessage(Begin.class, this::begin)
        .onMessage(Hurry.class, this::hurry)
        .onMessage(Ended.class, this::ended)
        .onSignal(PostStop.class, signal -> stop())
        .build();
  }

  private Behavior<Command> look() {
    if (!source.jobs().take(JobKind.AUGMENT)) {
      timers.startSingleTimer(Look.LOOK, LOOK);
      return this;
    }
    try {
      // Reads all pictures the first time, before a batch waits for that.
      source.digest().value();
      prefetcher.tell(new Prefetcher.RemoteReady(getContext().getSelf()));
    } catch (RuntimeException e) { // Training needs none of it.
      timers.startSingleTimer(Look.LOOK, pause);
      refused(Supervision.describe(e));
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
    return this;
  }

  private Behavior<Command> begin(Begin message) {
    long step = message.job().step();
    byte[] input = new BatchJob(settings, source.digest().value(), step).write();
    RemoteJobs.Job job = source.jobs().begin(JobKind.AUGMENT, step, input, share -> {});
    handed = Optional.of(new Handed(message.job(), job));
    getContext()
        .pipeToSelf(
            job.end(),
            (done, failure) ->
                new Ended(job, Optional.ofNullable(done), Optional.ofNullable(failure)));
    return this;
  }

  private Behavior<Command> hurry(Hurry message) {
    if (handed.filter(one -> one.job().step() == message.step()).isPresent()) {
      handed.get().elsewhere().withdraw();
      handBack(handed.get(), LOOK);
    }
    return this;
  }

  private void handBack(Handed job, Duration pause) {
    handed = Optional.empty();
    metrics.remoteJob(JobKind.AUGMENT.label(), false);
    prefetcher.tell(new Prefetcher.HandedBack(job.job().step()));
    timers.startSingleTimer(Look.LOOK, pause);
  }

  private Behavior<Command> ended(Ended message) {
    Optional<Handed> job = handed.filter(one -> one.elsewhere().equals(message.job()));
    if (job.isEmpty()) {
      return this; // It was handed back meanwhile.
    }
    try {
      RemoteJobs.Done done =
          message.done().orElseThrow(() -> JobException.of(message.failure().orElseThrow()));
      copy(done, job.get().job().buffer());
      handed = Optional.empty();
      metrics.remoteJob(JobKind.AUGMENT.label(), true);
      prefetcher.tell(new Prefetcher.JobDone(job.get().job().step()));
      prefetcher.tell(new Prefetcher.RemoteReady(getContext().getSelf()));
      if (say("batches come from " + done.node() + " too")) {
        listener.tell(new Trainer.BatchElsewhere(Optional.empty()));
      }
    } catch (JobException e) {
      if (!e.isBusy()) {
        refused(e.getMessage());
      }
      handBack(job.get(), AFTER_FAILURE);
    }
    return this;
  }

  private void copy(RemoteJobs.Done done, BatchBuffer buffer) throws JobException {
    try {
      BatchJob.copy(done.output().bytes(), buffer, source.digest()::label);
    } catch (JobException e) {
      throw new JobException(done.node() + ": " + e.getMessage(), e);
    }
  }

  private void refused(String reason) {
    say("batches are made here: " + reason);
    listener.tell(new Trainer.BatchElsewhere(Optional.of(reason)));
  }

  /** Once, as batches are many; whether it is news. */
  private boolean say(String text) {
    boolean news = !text.equals(told);
    if (news) {
      told = text;
      getContext().getLog().info(text);
    }
    return news;
  }

  private Behavior<Command> stop() {
    handed.ifPresent(job -> job.elsewhere().withdraw());
    return this;
  }
}
