package io.troupe.actors.loop;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.time.Duration;
import java.util.Optional;

/**
 * The parent of the actors that advance a run: prefetcher, augment workers, trainer and EMA keeper,
 * with the buffers that they lend each other. They share state that only a checkpoint can restore,
 * so they fail as one: when one fails, all stop, the buffers are freed, and the daemon starts a new
 * loop from the newest checkpoint. Only augment workers, which have no state, are restarted, unless
 * that happens too often.
 */
public final class TrainingLoop {
  /**
   * The actors that others talk to.
   *
   * @param step the step they go on after
   */
  public record Assembled(
      long step, ActorRef<Trainer.Command> trainer, ActorRef<EmaKeeper.Command> emaKeeper) {}

  /**
   * What a loop trains, and where it goes on.
   *
   * @param settings those of this segment
   * @param start networks, optimisers and average to go on from; read only while starting, and
   *     written to at the segment's end
   * @param standing where training stands
   * @param remote who may make batches beside this process
   */
  public record Task(
      RunSettings settings,
      Dataset dataset,
      GanTraining training,
      TrainingState start,
      Trainer.Standing standing,
      Trainer.Configure limits,
      RunMetrics metrics,
      Optional<RemoteAugmentWorker.Source> remote) {}

  private static final int WORKER_RESTARTS = 10;

  /** Batches that other nodes make at a time. */
  private static final int REMOTE_WORKERS = 2;

  private TrainingLoop() {}

  /**
   * A loop, which hears nothing itself.
   *
   * @param daemon hears that all its actors are there
   * @param listener hears the trainer
   */
  public static Behavior<Void> create(
      Task task,
      ActorRef<Checkpointer.Command> checkpointer,
      ActorRef<Assembled> daemon,
      ActorRef<Trainer.Event> listener) {
    return Supervision.byExceptions(
        Behaviors.setup(
            context -> {
              TrainingBuffers buffers = TrainingBuffers.allocate(task.settings(), task.training());
              buffers
                  .all()
                  .forEach(pool -> task.metrics().pool(pool.name(), pool.size(), pool::available));
              daemon.tell(assemble(context, task, buffers, checkpointer, listener));
              return Behaviors.receive(Void.class)
                  .onSignal(
                      ChildFailed.class,
                      failed -> {
                        throw new LoopFailedException(
                            failed.getRef().path().name(), failed.getCause());
                      })
                  .onSignal(
                      PostStop.class,
                      signal -> {
                        buffers.close();
                        return Behaviors.same();
                      })
                  .build();
            }));
  }

  private static Assembled assemble(
      ActorContext<Void> context,
      Task task,
      TrainingBuffers buffers,
      ActorRef<Checkpointer.Command> checkpointer,
      ActorRef<Trainer.Event> listener) {
    RunSettings settings = task.settings();
    long step = task.standing().step();
    int images = settings.training().imagesPerStep();
    BatchPlan plan = new BatchPlan(settings.seed(), task.dataset().size(), images);
    ActorRef<Prefetcher.Command> prefetcher =
        context.spawn(
            Supervision.byExceptions(
                Prefetcher.create(plan, step + 1, buffers.batches(), task.metrics())),
            "prefetcher",
            Mailboxes.metered());
    Props augmenting = Mailboxes.ownThread();
    for (int worker = 0; worker < settings.prefetch().workers(); worker++) {
      context.watch(
          context.spawn(
              Behaviors.supervise(
                      Supervision.byExceptions(
                          AugmentWorker.create(settings, task.dataset(), prefetcher)))
                  .onFailure(
                      SupervisorStrategy.restart()
                          .withLimit(WORKER_RESTARTS, Duration.ofMinutes(1))),
              "augment-worker-" + (worker + 1),
              augmenting));
    }
    if (task.remote().filter(source -> source.digest().isCheap()).isPresent()) {
      for (int worker = 0; worker < REMOTE_WORKERS; worker++) {
        context.watch(
            context.spawn(
                Supervision.byExceptions(
                    RemoteAugmentWorker.create(
                        settings, task.remote().get(), prefetcher, task.metrics(), listener)),
                "remote-augment-worker-" + (worker + 1),
                augmenting));
      }
    }
    ActorRef<EmaKeeper.Command> emaKeeper =
        context.spawn(
            Supervision.byExceptions(EmaKeeper.create(task, buffers.snapshots())),
            "ema-keeper",
            Mailboxes.ownThread());
    task.start().copyInto(task.training());
    ActorRef<Trainer.Command> trainer =
        context.spawn(
            Supervision.byExceptions(
                Trainer.create(
                    task,
                    buffers,
                    new Trainer.Colleagues(prefetcher, emaKeeper, checkpointer, listener))),
            "trainer",
            Mailboxes.ownThread());
    context.watch(prefetcher);
    context.watch(emaKeeper);
    context.watch(trainer);
    return new Assembled(step, trainer, emaKeeper);
  }
}
