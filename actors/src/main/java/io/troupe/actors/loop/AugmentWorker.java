package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.data.DatasetAwayException;
import java.time.Duration;

/**
 * Fills batch buffers with augmented pictures: a pure function of the step and the seed, so that
 * whichever worker does a job, and however often, the result is the same. While a dataset's files
 * are away, it does its job again from time to time.
 */
public final class AugmentWorker {
  /**
   * A batch to fill with the pictures that its indices name. The buffer stays the sender's; it is
   * only written to until the answer.
   */
  public record Job(long step, BatchBuffer buffer) {}

  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final BatchMaker maker;
  private final ActorRef<Prefetcher.Command> prefetcher;
  private final ActorRef<Job> self;
  private final TimerScheduler<Job> timers;
  private Duration pause = FIRST_PAUSE;

  private AugmentWorker(
      RunSettings settings,
      Dataset dataset,
      ActorRef<Prefetcher.Command> prefetcher,
      ActorRef<Job> self,
      TimerScheduler<Job> timers) {
    maker = new BatchMaker(settings, dataset);
    this.prefetcher = prefetcher;
    this.self = self;
    this.timers = timers;
  }

  /** A worker that asks the prefetcher for jobs from its start, and again after each restart. */
  public static Behavior<Job> create(
      RunSettings settings, Dataset dataset, ActorRef<Prefetcher.Command> prefetcher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  AugmentWorker worker =
                      new AugmentWorker(settings, dataset, prefetcher, context.getSelf(), timers);
                  prefetcher.tell(new Prefetcher.WorkerReady(context.getSelf()));
                  return Behaviors.receive(Job.class).onMessage(Job.class, worker::onJob).build();
                }));
  }

  private Behavior<Job> onJob(Job job) {
    try {
      maker.fill(job.step(), job.buffer());
    } catch (DatasetAwayException e) {
      timers.startSingleTimer(job, pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      return Behaviors.same();
    } catch (RuntimeException | Error e) {
      prefetcher.tell(new Prefetcher.JobFailed(job.step(), e));
      throw e;
    }
    pause = FIRST_PAUSE;
    prefetcher.tell(new Prefetcher.JobDone(job.step()));
    prefetcher.tell(new Prefetcher.WorkerReady(self));
    return Behaviors.same();
  }
}
