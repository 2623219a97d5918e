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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

@Tag("protocol")
class TrainerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final RunSettings SETTINGS = TinyRun.settings("prefetch.batches=2");
  private static final Trainer.Configure LIMITS =
      new Trainer.Configure(100, 0, 0, Trainer.Configure.NO_END);

  private static GanTraining training;
  private static TrainingState start;
  private static TrainingState handOver;

  private final ManualTime time = ManualTime.get(KIT.system());
  private final TestProbe<Prefetcher.Command> prefetcher = KIT.createTestProbe();
  private final TestProbe<EmaKeeper.Command> emaKeeper = KIT.createTestProbe();
  private final TestProbe<Checkpointer.Command> checkpointer = KIT.createTestProbe();
  private final TestProbe<Trainer.Event> listener = KIT.createTestProbe();
  private TrainingBuffers buffers;
  private ActorRef<Trainer.Command> trainer;

  @BeforeAll
  static void makeTraining() {
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
    KIT.stop(trainer);
    buffers.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    start.close();
    handOver.close();
    training.close();
  }

  private void start(Trainer.Configure limits) {
    start(limits, Trainer.Standing.after(0));
  }

  private void start(Trainer.Configure limits, Trainer.Standing standing) {
    trainer =
        KIT.spawn(
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

  private static void fill(BatchBuffer buffer, long step) {
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
  private Lease<BatchBuffer> give(long step) {
    Prefetcher.NextBatch request = prefetcher.expectMessageClass(Prefetcher.NextBatch.class);
    assertThat(request.step()).isEqualTo(step);
    Lease<BatchBuffer> lease = buffers.batches().tryLease().orElseThrow();
    fill(lease.value(), step);
    request.replyTo().tell(new Prefetcher.Batch(step, lease));
    return lease;
  }

  private void requireTrained(long step) {
    Trainer.StepCompleted completed = listener.expectMessageClass(Trainer.StepCompleted.class);
    assertThat(completed.result().step()).isEqualTo(step);
    assertThat(completed.result().discriminatorLoss()).isFinite();
    EmaKeeper.GeneratorUpdated update =
        emaKeeper.expectMessageClass(EmaKeeper.GeneratorUpdated.class);
    assertThat(update.step()).isEqualTo(step);
    update.generator().close();
  }

  @Test
  void trainsOneIterationPerBatchAndHandsOnTheResult() {
    start(LIMITS);
    give(1);
    Trainer.StepCompleted completed = listener.expectMessageClass(Trainer.StepCompleted.class);
    assertThat(completed.result().step()).isEqualTo(1);
    EmaKeeper.GeneratorUpdated update =
        emaKeeper.expectMessageClass(EmaKeeper.GeneratorUpdated.class);
    assertThat(buffers.batches().available()).isEqualTo(3);
    try (GanTraining alone =
            new GanTraining(SETTINGS, ImageSpec.rgb(32, 20), CompiledGraph::compile);
        BatchBuffer batch = new BatchBuffer(8, ImageSpec.rgb(32, 20))) {
      fill(batch, 1);
      alone.step(1, batch.pixels(), batch.labels());
      INDArray expected = alone.generator().values().flat();
      assertThat(update.generator().value().array()).isEqualTo(expected);
      assertThat(expected).isNotEqualTo(start.vectors().get("generator").array());
    }
    update.generator().close();
    assertThat(prefetcher.expectMessageClass(Prefetcher.NextBatch.class).step()).isEqualTo(2);
  }

  @Test
  void holdsTheBatchWhilePausedAndTrainsItOnResume() {
    start(LIMITS);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(0));
    Lease<BatchBuffer> lease = give(1);
    listener.expectNoMessage();
    assertThat(lease.value().labels()).hasSize(8);
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(0));
    requireTrained(1);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(1));
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(1));
    give(2);
    requireTrained(2);
  }

  @Test
  void waitsWhenItsResultsAreNotTakenAway() {
    start(LIMITS);
    for (long step = 1; step <= 2; step++) {
      give(step);
      listener.expectMessageClass(Trainer.StepCompleted.class);
    }
    give(3);
    EmaKeeper.GeneratorUpdated first =
        emaKeeper.expectMessageClass(EmaKeeper.GeneratorUpdated.class);
    emaKeeper.expectMessageClass(EmaKeeper.GeneratorUpdated.class);
    // It is done when it asks for the next batch but one, and cannot say so yet.
    prefetcher.expectMessageClass(Prefetcher.NextBatch.class);
    listener.expectNoMessage();
    first.generator().close();
    requireTrained(3);
  }

  @Test
  void sendsItsStateWhenItStops() {
    start(LIMITS);
    give(1);
    requireTrained(1);
    trainer.tell(Trainer.Order.STOP);
    listener.expectMessage(new Trainer.Stopped(1));
    EmaKeeper.Complete complete = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(complete.checkpointer()).isEqualTo(checkpointer.getRef());
    TrainingState state = complete.state().value();
    assertThat(state.progress()).isEqualTo(new TrainingState.Progress(1, 1, 2, 0));
    assertThat(state.vectors().get("generator").array())
        .isEqualTo(training.generator().values().flat());
    give(2);
    trainer.tell(Trainer.Order.STOP);
    listener.expectNoMessage();
    assertThat(training.generator().adam().updates()).isEqualTo(1);
  }

  @Test
  void doesNotGoOnAfterItHasStopped() {
    start(new Trainer.Configure(1, 0, 0, Trainer.Configure.NO_END));
    give(1);
    requireTrained(1);
    listener.expectMessage(new Trainer.Stopped(1));
    give(2);
    trainer.tell(Trainer.Order.PAUSE);
    trainer.tell(Trainer.Order.RESUME);
    listener.expectNoMessage();
    assertThat(training.generator().adam().updates()).isEqualTo(1);
  }

  @Test
  void goesOnIfStepsWereAskedForAfterTheLast() {
    start(new Trainer.Configure(1, 0, 0, Trainer.Configure.NO_END));
    give(1);
    requireTrained(1);
    listener.expectMessage(new Trainer.Stopped(1));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class).state().close();
    trainer.tell(Trainer.Order.GO_ON);
    listener.expectNoMessage();

    trainer.tell(new Trainer.Configure(2, 0, 0, Trainer.Configure.NO_END));
    trainer.tell(Trainer.Order.GO_ON);
    give(2);
    requireTrained(2);
    listener.expectMessage(new Trainer.Stopped(2));
  }

  @Test
  void stopsAtOnceWhenThereIsNothingToTrain() {
    start(new Trainer.Configure(0, 0, 0, Trainer.Configure.NO_END));
    listener.expectMessage(new Trainer.Stopped(0));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    prefetcher.expectNoMessage();
  }

  @Test
  void leavesOutARegularSaveWhileTheLastOneIsBeingWritten() {
    start(new Trainer.Configure(100, 1, 0, Trainer.Configure.NO_END));
    give(1);
    requireTrained(1);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    give(2);
    requireTrained(2);
    listener.expectMessage(new Trainer.SaveSkipped(2));
    emaKeeper.expectNoMessage();
    first.state().close();
    give(3);
    requireTrained(3);
    EmaKeeper.Complete third = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(third.state().value().progress().step()).isEqualTo(3);
  }

  @Test
  void savesAfterTheNextIterationOnCommand() {
    start(LIMITS);
    trainer.tell(Trainer.Order.SAVE);
    emaKeeper.expectNoMessage();
    give(1);
    requireTrained(1);
    EmaKeeper.Complete complete = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    assertThat(complete.state().value().progress().step()).isEqualTo(1);
    give(2);
    requireTrained(2);
    emaKeeper.expectNoMessage();
  }

  @Test
  void savesWhilePausedAsSoonAsThereIsABuffer() {
    start(LIMITS);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(0));
    trainer.tell(Trainer.Order.SAVE);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    trainer.tell(Trainer.Order.SAVE);
    emaKeeper.expectNoMessage();
    time.expectNoMessageFor(Duration.ofSeconds(1), emaKeeper);
    first.state().close();
    time.timePasses(Duration.ofMillis(100));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    time.expectNoMessageFor(Duration.ofSeconds(1), emaKeeper);
  }

  @Test
  void savesOnceThoughItGoesOnBeforeThereIsABuffer() {
    start(LIMITS);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(0));
    trainer.tell(Trainer.Order.SAVE);
    EmaKeeper.Complete first = emaKeeper.expectMessageClass(EmaKeeper.Complete.class);
    trainer.tell(Trainer.Order.SAVE);
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(0));
    first.state().close();
    give(1);
    requireTrained(1);
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class).state().close();
    time.timePasses(Duration.ofSeconds(1));
    give(2);
    requireTrained(2);
    emaKeeper.expectNoMessage();
  }

  private EmaKeeper.HandOver requireHandedOver(Trainer.Standing standing) {
    EmaKeeper.HandOver message = emaKeeper.expectMessageClass(EmaKeeper.HandOver.class);
    assertThat(message.standing()).isEqualTo(standing);
    assertThat(message.listener()).isEqualTo(listener.getRef());
    assertThat(message.state().progress().step()).isEqualTo(standing.step());
    assertThat(message.state().vectors().get("generator").array())
        .isEqualTo(training.generator().values().flat());
    return message;
  }

  @Test
  void handsOverAfterTheLastStepOfASegmentAndDoesNothingMore() {
    start(new Trainer.Configure(100, 0, 0, 2));
    give(1);
    requireTrained(1);
    give(2);
    requireTrained(2);
    requireHandedOver(new Trainer.Standing(2, false, -1));
    give(3);
    trainer.tell(Trainer.Order.SAVE);
    trainer.tell(Trainer.Order.PAUSE);
    trainer.tell(Trainer.Order.STOP);
    listener.expectNoMessage();
    emaKeeper.expectNoMessage();
    assertThat(training.generator().adam().updates()).isEqualTo(2);
  }

  @Test
  void handsOverAtOnceWhilePausedAndAnotherGoesOnPaused() {
    start(LIMITS);
    give(1);
    requireTrained(1);
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(1));
    give(2);
    trainer.tell(LIMITS.endingNow());
    requireHandedOver(new Trainer.Standing(1, true, -1));
    KIT.stop(trainer);
    start(LIMITS, new Trainer.Standing(1, true, -1));
    give(2);
    listener.expectNoMessage();
    trainer.tell(Trainer.Order.RESUME);
    listener.expectMessage(new Trainer.Resumed(1));
    requireTrained(2);
  }

  /** The run has ended: what a change would be for is not there. */
  @Test
  void endsWithTheRunAndNotWithASegmentOfTheSameStep() {
    start(new Trainer.Configure(1, 0, 0, 1));
    give(1);
    requireTrained(1);
    listener.expectMessage(new Trainer.Stopped(1));
    emaKeeper.expectMessageClass(EmaKeeper.Complete.class).state().close();
    trainer.tell(new Trainer.Configure(1, 0, 0, 0));
    emaKeeper.expectNoMessage();
  }

  /** A state that was sent before the hand-over is of the same networks. */
  @Test
  void aStateSentBeforeTheHandOverCountsForADivergence() {
    start(LIMITS, new Trainer.Standing(3, true, 2));
    listener.expectNoMessage();
    TestProbe<Object> watcher = KIT.createTestProbe();
    trainer.tell(new Trainer.Diverged(3, "of another life"));
    trainer.tell(Trainer.Order.PAUSE);
    listener.expectMessage(new Trainer.Paused(3));
    trainer.tell(new Trainer.Diverged(2, "not finite"));
    watcher.expectTerminated(trainer);
  }

  @Test
  void anotherLimitHoldsFromTheNextIterationOn() {
    start(LIMITS);
    give(1);
    requireTrained(1);
    trainer.tell(new Trainer.Configure(2, 0, 0, Trainer.Configure.NO_END));
    give(2);
    requireTrained(2);
    listener.expectMessage(new Trainer.Stopped(2));
  }
}
