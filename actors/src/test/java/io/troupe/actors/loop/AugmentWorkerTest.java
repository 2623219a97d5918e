package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsLoader;
import io.troupe.data.Augmentation;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.networks.ImageSpec;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
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
    try (BatchBuffer buffer = new BatchBuffer(IMAGES, ImageSpec.rgb(32, 20))) {
      int[] indices = {5, 63, 0, 17, 17, 8};
      System.arraycopy(indices, 0, buffer.indices(), 0, IMAGES);
      worker.tell(new AugmentWorker.Job(41, buffer));
      prefetcher.expectMessage(new Prefetcher.JobDone(41));
      prefetcher.expectMessage(new Prefetcher.WorkerReady(worker));
      requireAugmented(dataset, buffer, 41, indices);
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
    try (Pool<BatchBuffer> pool =
        new Pool<>("batch", 2, () -> new BatchBuffer(IMAGES, ImageSpec.rgb(32, 20)))) {
      ActorRef<Prefetcher.Command> prefetcher =
          KIT.spawn(Prefetcher.create(plan, 1, pool, metrics));
      ActorRef<AugmentWorker.Job> worker =
          KIT.spawn(
              Behaviors.supervise(AugmentWorker.create(settings, failing, prefetcher))
                  .onFailure(SupervisorStrategy.restart()));
      prefetcher.tell(new Prefetcher.NextBatch(1, trainer.getRef()));
      Prefetcher.Batch batch = trainer.receiveMessage();
      assertThat(batch.step()).isEqualTo(1);
      requireAugmented(dataset, batch.lease().value(), 1, indices);
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

  @Test
  void waitsForAFolderThatIsAwayAndMakesTheSameBatch(@TempDir Path folder) throws Exception {
    Path pictures = Files.createDirectories(folder.resolve("pictures"));
    byte[] content = new byte[32 * 32 * 3];
    for (int i = 0; i < IMAGES; i++) {
      dataset.read(i, content);
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 32 * 32; pixel++) {
        int at = 3 * pixel;
        image.setRGB(
            pixel % 32,
            pixel / 32,
            (content[at] & 255) << 16 | (content[at + 1] & 255) << 8 | (content[at + 2] & 255));
      }
      ImageIO.write(image, "png", pictures.resolve(i + ".png").toFile());
    }
    BlockingQueue<String> notes = new LinkedBlockingQueue<>();
    List<String> folderSettings =
        List.of(
            "dataset.kind=image-folder",
            "dataset.path=" + pictures,
            "dataset.cache=memory",
            "dataset.cache-mb=0",
            "dataset.patience=3600");
    Dataset files =
        Datasets.open(
            SettingsLoader.load("demo", List.of(), folderSettings).dataset(), 0, notes::add);
    ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    try (BatchBuffer buffer = new BatchBuffer(IMAGES, ImageSpec.rgb(32, 20))) {
      ManualTime time = ManualTime.get(kit.system());
      TestProbe<Prefetcher.Command> prefetcher = kit.createTestProbe();
      ActorRef<AugmentWorker.Job> worker =
          kit.spawn(AugmentWorker.create(settings, files, prefetcher.getRef()));
      prefetcher.expectMessage(new Prefetcher.WorkerReady(worker));
      int[] indices = {5, 3, 0, 1, 1, 2};
      System.arraycopy(indices, 0, buffer.indices(), 0, IMAGES);
      Files.move(pictures, folder.resolve("elsewhere"));
      worker.tell(new AugmentWorker.Job(41, buffer));
      assertThat(notes.poll(1, TimeUnit.MINUTES)).contains("5.png", "Waiting");
      time.expectNoMessageFor(Duration.ofSeconds(20), prefetcher);
      Files.move(folder.resolve("elsewhere"), pictures);
      prefetcher.awaitAssert(
          () -> {
            time.timePasses(Duration.ofSeconds(15));
            return prefetcher.expectMessage(Duration.ofMillis(50), new Prefetcher.JobDone(41));
          });
      prefetcher.expectMessage(new Prefetcher.WorkerReady(worker));
      requireAugmented(files, buffer, 41, indices);
      assertThat(notes.poll(1, TimeUnit.MINUTES)).contains("there again");
    } finally {
      ActorTestKit.shutdown(kit.system());
    }
  }

  private void requireAugmented(Dataset source, BatchBuffer buffer, long step, int[] indices) {
    Augmentation augmentation =
        new Augmentation(settings.augmentation(), settings.seed(), 32, 32, 3);
    byte[] picture = new byte[32 * 32 * 3];
    float[] expected = new float[picture.length];
    float[] actual = new float[picture.length];
    for (int i = 0; i < indices.length; i++) {
      source.read(indices[i], picture);
      augmentation.apply(picture, step, i, expected, 0);
      buffer.pixels().get(i * actual.length, actual);
      assertThat(actual).as("picture %d", i).containsExactly(expected);
      assertThat(buffer.labels()[i]).isEqualTo(source.label(indices[i]));
    }
  }
}
