package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.TrainingState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A trainer among probes in place of its colleagues. */
abstract class TrainerRuns {
  static final RunSettings SETTINGS = TinyRun.settings("prefetch.batches=2");
  static final Trainer.Configure LIMITS =
      new Trainer.Configure(100, 0, 0, Trainer.Configure.NO_END);

  static ActorTestKit kit;
  static GanTraining training;
  static TrainingState start;
  private static TrainingState handOver;

  final ManualTime time = ManualTime.get(kit.system());
  final TestProbe<Prefetcher.Command> prefetcher = kit.createTestProbe();
  final TestProbe<EmaKeeper.Command> emaKeeper = kit.createTestProbe();
  final TestProbe<Checkpointer.Command> checkpointer = kit.createTestProbe();
  final TestProbe<Trainer.Event> listener = kit.createTestProbe();
  TrainingBuffers buffers;
  ActorRef<Trainer.Command> trainer;

  @BeforeAll
  static void makeTraining() {
    kit =
        ActorTestKit.create(
            ManualTime.config().withFallback(ConfigFactory.load("application-test")));
    training = new GanTraining(SETTINGS, ImageSpec.rgb(32, 20), CompiledGraph::compile);
    start = new TrainingState(training);
    start.copyFrom(training, 0);
    handOver = new TrainingState(training);
  }

  @BeforeEach
  void makeBuffers() {
    start.copyInto(training);
    buffers = TrainingBuffers.allocate(SETTINGS, training);
  }

  @AfterEach
  void stopTrainer() {
    kit.stop(trainer);
    buffers.close();
  }

  @AfterAll
  static void shutDown() {
    kit.shutdownTestKit();
    start.close();
    handOver.close();
    training.close();
  }

  void start(Trainer.Configure limits) {
    start(limits, Trainer.Standing.after(0));
  }

  void start(Trainer.Configure limits, Trainer.Standing standing) {
    trainer =
        kit.spawn(
            Trainer.create(
                new TrainingLoop.Task(
                    SETTINGS,
                    Datasets.open(SETTINGS.dataset(), SETTINGS.seed()),
                    training,
                    handOver,
                    standing,
                    limits,
                    new RunMetrics("test", "cpu", List.of()),
                    Optional.empty()),
                buffers,
                new Trainer.Colleagues(
                    prefetcher.getRef(),
                    emaKeeper.getRef(),
                    checkpointer.getRef(),
                    listener.getRef())),
            Mailboxes.ownThread());
  }

  static void fill(BatchBuffer buffer, long step) {
    float[] picture = new float[32 * 32 * 3];
    CounterRandom random = new CounterRandom(3, Stream.SAMPLING, step, 0);
    for (int i = 0; i < buffer.labels().length; i++) {
      for (int k = 0; k < picture.length; k++) {
        picture[k] = (float) random.nextDouble(-1, 1);
      }
      buffer.set(i, picture, i);
    }
  }

  /** Answers the trainer's request for a step's batch. */
  Lease<BatchBuffer> give(long step) {
    Prefetcher.NextBatch request = prefetcher.expectMessageClass(Prefetcher.NextBatch.class);
    assertThat(request.step()).isEqualTo(step);
    Lease<BatchBuffer> lease = buffers.batches().tryLease().orElseThrow();
    fill(lease.value(), step);
    request.replyTo().tell(new Prefetcher.Batch(step, lease));
    return lease;
  }

  void requireTrained(long step) {
    Trainer.StepCompleted completed = listener.expectMessageClass(Trainer.StepCompleted.class);
    assertThat(completed.result().step()).isEqualTo(step);
    assertThat(completed.result().discriminatorLoss()).isFinite();
    EmaKeeper.GeneratorUpdated update =
        emaKeeper.expectMessageClass(EmaKeeper.GeneratorUpdated.class);
    assertThat(update.step()).isEqualTo(step);
    update.generator().close();
  }
}
