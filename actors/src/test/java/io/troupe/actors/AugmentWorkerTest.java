package io.troupe.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.config.RunSettings;
import io.troupe.data.Augmentation;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AugmentWorkerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int IMAGES = 6;

  private final RunSettings settings =
      TinyRun.settings(
          "augmentation.horizontal-flip=true",
          "augmentation.brightness=0.2",
          "augmentation.hue=0.1");
  private final Dataset dataset = Datasets.open(settings.dataset(), settings.seed());

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  @Test
  void fillsABatchWithTheAugmentedPicturesOfItsIndices() {
    TestProbe<Prefetcher.Command> prefetcher = KIT.createTestProbe();
    ActorRef<AugmentWorker.Job> worker =
        KIT.spawn(AugmentWorker.create(settings, dataset, prefetcher.getRef()));
    prefetcher.expectMessage(new Prefetcher.WorkerReady(worker));
    try (BatchBuffer buffer = new BatchBuffer(IMAGES, 32, 32)) {
      int[] indices = {5, 63, 0, 17, 17, 8};
      System.arraycopy(indices, 0, buffer.indices(), 0, IMAGES);
      worker.tell(new AugmentWorker.Job(41, buffer));
      prefetcher.expectMessage(new Prefetcher.JobDone(41));
      prefetcher.expectMessage(new Prefetcher.WorkerReady(worker));
      requireAugmented(buffer, 41, indices);
    }
  }

  @Test
  void isRestartedAfterAFailureAndMakesTheSameBatch() {
    BatchPlan plan = new BatchPlan(settings.seed(), dataset.size(), IMAGES);
    int[] indices = new int[IMAGES];
    plan.indices(1, indices);
    Dataset failing = new UnreliableDataset(dataset).failing(indices[3], 1);
    RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
    TestProbe<Prefetcher.Batch> trainer = KIT.createTestProbe();
    try (Pool<BatchBuffer> pool = new Pool<>("batch", 2, () -> new BatchBuffer(IMAGES, 32, 32))) {
      ActorRef<Prefetcher.Command> prefetcher =
          KIT.spawn(Prefetcher.create(plan, 1, pool, metrics));
      ActorRef<AugmentWorker.Job> worker =
          KIT.spawn(
              Behaviors.supervise(AugmentWorker.create(settings, failing, prefetcher))
                  .onFailure(SupervisorStrategy.restart()));
      prefetcher.tell(new Prefetcher.NextBatch(1, trainer.getRef()));
      Prefetcher.Batch batch = trainer.receiveMessage();
      assertThat(batch.step()).isEqualTo(1);
      requireAugmented(batch.lease().value(), 1, indices);
      assertThat(
              metrics
                  .registry()
                  .getSampleValue(
                      "troupe_actor_restarts_total",
                      new String[] {"actor"},
                      new String[] {"augment-worker"}))
          .isEqualTo(1.0);
      batch.lease().close();
      KIT.stop(worker);
      KIT.stop(prefetcher);
    }
  }

  private void requireAugmented(BatchBuffer buffer, long step, int[] indices) {
    Augmentation augmentation = new Augmentation(settings.augmentation(), settings.seed(), 32, 32);
    byte[] picture = new byte[32 * 32 * 3];
    float[] expected = new float[picture.length];
    float[] actual = new float[picture.length];
    for (int i = 0; i < indices.length; i++) {
      dataset.read(indices[i], picture);
      augmentation.apply(picture, step, i, expected, 0);
      buffer.pixels().get(i * actual.length, actual);
      assertThat(actual).as("picture %d", i).containsExactly(expected);
      assertThat(buffer.labels()[i]).isEqualTo(dataset.label(indices[i]));
    }
  }
}
