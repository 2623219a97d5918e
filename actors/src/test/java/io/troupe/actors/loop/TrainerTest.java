package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Lease;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** When a trainer trains, waits and stops. */
@Tag("protocol")
class TrainerTest extends TrainerRuns {
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
