package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.actors.TinyRun;
import io.troupe.actors.UnreliableDataset;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.JobBytes;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.config.RunSettings;
import io.troupe.data.BatchPlan;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.networks.ImageSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Batches that another node makes, when the test says so, against those of the run's workers. */
@Tag("protocol")
class RemoteAugmentWorkerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final RunSettings SETTINGS =
      TinyRun.settings("augmentation.horizontal-flip=true", "augmentation.brightness=0.2");
  private static final Dataset DATASET = Datasets.open(SETTINGS.dataset(), SETTINGS.seed());
  private static final int IMAGES = SETTINGS.training().imagesPerStep();

  private final RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
  private final Node node = new Node();
  private final BatchWork work = new BatchWork();
  private final BatchBuffer mine = buffer();
  private final Pool<BatchBuffer> pool = new Pool<>("batch", 3, RemoteAugmentWorkerTest::buffer);
  private final TestProbe<Prefetcher.Batch> trainer = KIT.createTestProbe();
  private final TestProbe<AugmentWorker.Job> own = KIT.createTestProbe();
  private final TestProbe<Trainer.Event> listener = KIT.createTestProbe();
  private ActorRef<Prefetcher.Command> prefetcher;
  private ActorRef<RemoteAugmentWorker.Command> worker;

  private record Handed(JobData input, CompletableFuture<RemoteJobs.Done> future)
      implements RemoteJobs.Job {
    @Override
    public CompletionStage<RemoteJobs.Done> end() {
      return future;
    }

    @Override
    public void withdraw() {
      future.completeExceptionally(new JobException("it was withdrawn"));
    }
  }

  private static final class Node implements RemoteJobs {
    private final LinkedBlockingQueue<Handed> jobs = new LinkedBlockingQueue<>();

    @Override
    public boolean take(JobKind kind) {
      return kind == JobKind.AUGMENT;
    }

    @Override
    public Job begin(JobKind kind, long step, byte[] input, DoubleConsumer progress) {
      Handed job = new Handed(new JobData(input), new CompletableFuture<>());
      jobs.add(job);
      return job;
    }

    Handed next() throws InterruptedException {
      Handed job = jobs.poll(20, TimeUnit.SECONDS);
      assertThat(job).isNotNull();
      return job;
    }
  }

  private static BatchBuffer buffer() {
    return new BatchBuffer(IMAGES, ImageSpec.rgb(32, DATASET.classNames().size()));
  }

  @BeforeEach
  void start() {
    BatchPlan plan = new BatchPlan(SETTINGS.seed(), DATASET.size(), IMAGES);
    prefetcher = KIT.spawn(Prefetcher.create(plan, 5, pool, metrics));
    worker =
        KIT.spawn(
            RemoteAugmentWorker.create(
                SETTINGS,
                new RemoteAugmentWorker.Source(node, new DatasetDigest(DATASET)),
                prefetcher,
                metrics,
                listener.getRef()));
  }

  @AfterEach
  void end() {
    KIT.stop(worker);
    KIT.stop(prefetcher);
    work.close();
    mine.close();
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  private double jobs(String outcome) {
    return metrics
        .registry()
        .getSampleValue(
            "troupe_remote_jobs_total",
            new String[] {"kind", "outcome"},
            new String[] {"augment", outcome});
  }

  private void answer(Handed job) throws JobException {
    byte[] output = work.run(job.input().bytes(), share -> {});
    job.future().complete(new RemoteJobs.Done(new JobData(output), "a:1"));
  }

  /** As the run's own workers make it. */
  private void requireSame(BatchBuffer batch, long step) {
    new BatchPlan(SETTINGS.seed(), DATASET.size(), IMAGES).indices(step, mine.indices());
    new BatchMaker(SETTINGS, DATASET).fill(step, mine);
    assertThat(batch.labels()).isEqualTo(mine.labels());
    assertThat(batch.pixels()).isEqualTo(mine.pixels());
  }

  private void take(long step) {
    prefetcher.tell(new Prefetcher.NextBatch(step, trainer.getRef()));
  }

  @Test
  void batchesOfAnotherNodeHaveTheSameBits() throws Exception {
    for (long step = 5; step < 8; step++) {
      answer(node.next());
    }
    for (long step = 5; step < 8; step++) {
      take(step);
      Prefetcher.Batch batch = trainer.receiveMessage();
      assertThat(batch.step()).isEqualTo(step);
      requireSame(batch.lease().value(), step);
      batch.lease().close();
    }
    assertThat(jobs("done")).isGreaterThanOrEqualTo(3);
    assertThat(jobs("failed")).isZero();
  }

  @Test
  void whatIsNotThereInTimeTheRunsOwnWorkerMakes() throws Exception {
    Handed late = node.next();
    take(5);
    prefetcher.tell(new Prefetcher.WorkerReady(own.getRef()));
    AugmentWorker.Job job = own.receiveMessage();
    while (job.step() != 5) { // It may have begun with the next one.
      prefetcher.tell(new Prefetcher.JobDone(job.step()));
      prefetcher.tell(new Prefetcher.WorkerReady(own.getRef()));
      job = own.receiveMessage();
    }
    assertThat(late.future()).isCompletedExceptionally();
    new BatchMaker(SETTINGS, DATASET).fill(5, job.buffer());
    prefetcher.tell(new Prefetcher.JobDone(5));
    Prefetcher.Batch batch = trainer.receiveMessage();
    requireSame(batch.lease().value(), 5);
    batch.lease().close();
    assertThat(jobs("failed")).isEqualTo(1);
  }

  /** It costs more than most batches do. */
  @Test
  void nobodyElseIsAskedWhileAnOwnWorkerIsIdle() throws Exception {
    node.next();
    Prefetcher.WorkerReady idle = new Prefetcher.WorkerReady(own.getRef());
    for (int i = 0; i < 3; i++) {
      prefetcher.tell(idle);
    }
    assertThat(own.receiveMessage().step()).isEqualTo(6);
    assertThat(own.receiveMessage().step()).isEqualTo(7);
    prefetcher.tell(new Prefetcher.JobDone(6));
    prefetcher.tell(new Prefetcher.RemoteReady(worker));
    take(5); // It is handed back, to the worker that is idle still.
    assertThat(own.receiveMessage().step()).isEqualTo(5);
    prefetcher.tell(new Prefetcher.JobDone(5));
    prefetcher.tell(idle);
    trainer.receiveMessage().lease().close();
    take(6);
    trainer.receiveMessage().lease().close();
    assertThat(own.receiveMessage().step()).isEqualTo(8);
    // Without an idle worker the next free buffer is for the other node.
    assertThat(BatchJob.read(node.next().input().bytes()).step()).isEqualTo(9);
  }

  @Test
  void whatANodeDoesNotMakeIsHandedBack() throws Exception {
    node.next().future().completeExceptionally(new JobException("it has not the dataset"));
    prefetcher.tell(new Prefetcher.WorkerReady(own.getRef()));
    assertThat(own.receiveMessage().step()).isIn(5L, 6L);
    own.awaitAssert(
        () -> {
          assertThat(jobs("failed")).isEqualTo(1);
          return null;
        });
    listener.expectMessage(new Trainer.BatchElsewhere(Optional.of("it has not the dataset")));
  }

  /**
   * Lets seconds pass one by one until a message is there. What is timed while some time passes may
   * count from before or from after, so more at once would be less exact.
   */
  private static <T> void within(ManualTime time, TestProbe<T> probe, Class<? extends T> kind) {
    AssertionError missing = new AssertionError("no time has passed");
    for (int second = 0; second < 4; second++) {
      time.timePasses(Duration.ofSeconds(1));
      try {
        probe.expectMessageClass(kind, Duration.ofMillis(500));
        return;
      } catch (AssertionError e) {
        missing = e;
      }
    }
    throw missing;
  }

  /** To read all of it takes long, so it is tried rarely; training needs nothing of it. */
  @Test
  void aDatasetThatCannotBeReadIsTriedAgainLaterAndLater() {
    ActorTestKit kit = ActorTestKit.create(ManualTime.config());
    try {
      ManualTime time = ManualTime.get(kit.system());
      TestProbe<Trainer.Event> told = kit.createTestProbe();
      TestProbe<Prefetcher.Command> asked = kit.createTestProbe();
      kit.spawn(
          RemoteAugmentWorker.create(
              SETTINGS,
              new RemoteAugmentWorker.Source(
                  node, new DatasetDigest(new UnreliableDataset(DATASET).failing(7, 3))),
              asked.getRef(),
              metrics,
              told.getRef()));
      assertThat(told.expectMessageClass(Trainer.BatchElsewhere.class).failure().orElseThrow())
          .contains("picture 7");
      for (int pause : new int[] {30, 60}) {
        time.expectNoMessageFor(Duration.ofSeconds(pause - 2), told, asked);
        within(time, told, Trainer.BatchElsewhere.class);
      }
      time.expectNoMessageFor(Duration.ofSeconds(118), told, asked);
      within(time, asked, Prefetcher.RemoteReady.class);
    } finally {
      kit.shutdownTestKit();
    }
  }

  /** As of a node whose memory is damaged: the run makes it itself. */
  @Test
  void aBatchOfOtherClassesThanTheRunsIsRefused() throws Exception {
    Handed job = node.next();
    byte[] output = work.run(job.input().bytes(), share -> {});
    JsonNode labels = JobBytes.read(output).head().path("labels");
    int[] others = IntStream.range(0, IMAGES).map(i -> labels.get(i).asInt()).toArray();
    others[IMAGES - 1] = 1_000_000;
    byte[] damaged = JobBytes.of(Map.of("labels", others), JobBytes.read(output).floats());
    job.future().complete(new RemoteJobs.Done(new JobData(damaged), "a:1"));
    assertThat(listener.expectMessageClass(Trainer.BatchElsewhere.class).failure().orElseThrow())
        .contains("a:1", "other classes");
    prefetcher.tell(new Prefetcher.WorkerReady(own.getRef()));
    assertThat(own.receiveMessage().step()).isIn(5L, 6L);
  }

  @Test
  void otherPicturesAreRefused() throws Exception {
    Handed job = node.next();
    BatchJob wanted = BatchJob.read(job.input().bytes());
    BatchJob other = new BatchJob(wanted.settings(), "0" + wanted.pictures(), 5);
    assertThatThrownBy(() -> work.run(other.write(), share -> {}))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("other pictures");
    byte[] output = work.run(job.input().bytes(), share -> {});
    try (BatchBuffer small = new BatchBuffer(IMAGES - 1, ImageSpec.rgb(32, 20))) {
      assertThatThrownBy(() -> BatchJob.copy(output, small, DATASET::label))
          .isInstanceOf(JobException.class)
          .hasMessageContaining(IMAGES + " pictures");
    }
    assertThat(new DatasetDigest(Datasets.open(SETTINGS.dataset(), SETTINGS.seed() + 1)).value())
        .as("another seed draws other pictures")
        .isNotEqualTo(wanted.pictures());
    assertThat(Optional.of(wanted.step())).contains(5L);
  }
}
