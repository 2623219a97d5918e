package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.troupe.actors.Failures;
import io.troupe.actors.memory.BatchBuffer;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.data.BatchPlan;
import io.troupe.models.networks.ImageSpec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class PrefetcherTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int IMAGES = 4;

  private final BatchPlan plan = new BatchPlan(7, 20, IMAGES);
  private final Pool<BatchBuffer> pool =
      new Pool<>("batch", 3, () -> new BatchBuffer(IMAGES, ImageSpec.rgb(2, 20)));
  private final RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
  private final TestProbe<Prefetcher.Batch> trainer = KIT.createTestProbe();
  private final TestProbe<AugmentWorker.Job> firstWorker = KIT.createTestProbe();
  private final TestProbe<AugmentWorker.Job> secondWorker = KIT.createTestProbe();
  private final TestProbe<AugmentWorker.Job> thirdWorker = KIT.createTestProbe();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  @AfterEach
  void closePool() {
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
  }

  private ActorRef<Prefetcher.Command> prefetcher(long firstStep) {
    return Failures.spawn(KIT, Prefetcher.create(plan, firstStep, pool, metrics), failure);
  }

  private static AugmentWorker.Job job(
      ActorRef<Prefetcher.Command> prefetcher, TestProbe<AugmentWorker.Job> worker) {
    prefetcher.tell(new Prefetcher.WorkerReady(worker.getRef()));
    return worker.receiveMessage();
  }

  private Prefetcher.Batch next(ActorRef<Prefetcher.Command> prefetcher, long step) {
    prefetcher.tell(new Prefetcher.NextBatch(step, trainer.getRef()));
    return trainer.receiveMessage();
  }

  @Test
  void handsOutBatchesInStepOrderThoughWorkersFinishOutOfOrder() {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(4);
    List<AugmentWorker.Job> jobs =
        List.of(
            job(prefetcher, firstWorker),
            job(prefetcher, secondWorker),
            job(prefetcher, thirdWorker));
    assertThat(jobs).extracting(AugmentWorker.Job::step).containsExactly(4L, 5L, 6L);
    prefetcher.tell(new Prefetcher.NextBatch(4, trainer.getRef()));
    prefetcher.tell(new Prefetcher.JobDone(6));
    prefetcher.tell(new Prefetcher.JobDone(5));
    trainer.expectNoMessage();
    prefetcher.tell(new Prefetcher.JobDone(4));
    Prefetcher.Batch fourth = trainer.receiveMessage();
    Prefetcher.Batch fifth = next(prefetcher, 5);
    Prefetcher.Batch sixth = next(prefetcher, 6);
    List<Prefetcher.Batch> batches = List.of(fourth, fifth, sixth);
    for (int i = 0; i < batches.size(); i++) {
      assertThat(batches.get(i).step()).isEqualTo(4 + i);
      assertThat(batches.get(i).lease().value()).isSameAs(jobs.get(i).buffer());
      int[] planned = new int[IMAGES];
      new BatchPlan(7, 20, IMAGES).indices(4 + i, planned);
      assertThat(batches.get(i).lease().value().indices()).containsExactly(planned);
      batches.get(i).lease().close();
    }
  }

  @Test
  void worksNoFurtherAheadThanThereAreBuffers() {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(1);
    for (long step = 1; step <= 3; step++) {
      assertThat(job(prefetcher, firstWorker).step()).isEqualTo(step);
      prefetcher.tell(new Prefetcher.JobDone(step));
    }
    prefetcher.tell(new Prefetcher.WorkerReady(firstWorker.getRef()));
    firstWorker.expectNoMessage();
    assertThat(pool.available()).isZero();
    assertThat(metrics.registry().getSampleValue("troupe_ready_batches")).isEqualTo(3.0);
    Prefetcher.Batch first = next(prefetcher, 1);
    BatchBuffer buffer = first.lease().value();
    firstWorker.expectNoMessage();
    first.lease().close();
    assertThat(next(prefetcher, 2).step()).isEqualTo(2);
    AugmentWorker.Job fourth = firstWorker.receiveMessage();
    assertThat(fourth.step()).isEqualTo(4);
    assertThat(fourth.buffer()).isSameAs(buffer);
  }

  @Test
  void givesAFailedJobToAnotherWorkerBeforeNewOnes() {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(1);
    AugmentWorker.Job failed = job(prefetcher, firstWorker);
    assertThat(job(prefetcher, secondWorker).step()).isEqualTo(2);
    prefetcher.tell(new Prefetcher.JobFailed(1, new IllegalStateException("unlucky")));
    AugmentWorker.Job again = job(prefetcher, thirdWorker);
    assertThat(again.step()).isEqualTo(1);
    assertThat(again.buffer()).isSameAs(failed.buffer());
    prefetcher.tell(new Prefetcher.JobDone(1));
    assertThat(next(prefetcher, 1).step()).isEqualTo(1);
    assertThat(
            metrics
                .registry()
                .getSampleValue(
                    "troupe_actor_restarts_total",
                    new String[] {"actor"},
                    new String[] {"augment-worker"}))
        .isEqualTo(1.0);
  }

  @Test
  void failsWhenABatchCannotBeMadeInThreeAttempts() throws Exception {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(9);
    IllegalStateException cause = new IllegalStateException("unreadable");
    for (int attempt = 1; attempt <= 3; attempt++) {
      assertThat(failure).isNotDone();
      assertThat(job(prefetcher, firstWorker).step()).isEqualTo(9);
      prefetcher.tell(new Prefetcher.JobFailed(9, cause));
    }
    assertThat(failure.get(10, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the batch of step 9 could not be made in 3 attempts:"
                + " java.lang.IllegalStateException: unreadable")
        .hasCause(cause);
  }

  @Test
  void forgetsFailuresOfABatchThatWasMade() {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(1);
    for (long step = 1; step <= 3; step++) {
      job(prefetcher, firstWorker);
      prefetcher.tell(new Prefetcher.JobFailed(step, new IllegalStateException("unlucky")));
      assertThat(job(prefetcher, firstWorker).step()).isEqualTo(step);
      prefetcher.tell(new Prefetcher.JobDone(step));
    }
    assertThat(next(prefetcher, 1).step()).isEqualTo(1);
    assertThat(failure).isNotDone();
  }

  @Test
  void refusesStepsOutOfOrder() throws Exception {
    prefetcher(3).tell(new Prefetcher.NextBatch(5, trainer.getRef()));
    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("asked for step 5, but 3 is next");
  }

  @Test
  void refusesASecondRequestBeforeTheFirstIsAnswered() throws Exception {
    ActorRef<Prefetcher.Command> prefetcher = prefetcher(3);
    prefetcher.tell(new Prefetcher.NextBatch(3, trainer.getRef()));
    prefetcher.tell(new Prefetcher.NextBatch(3, trainer.getRef()));
    assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("asked for step 3, but 3 is next");
  }

  @Test
  void givesBackAllBuffersWhenItStops() {
    ActorRef<Prefetcher.Command> prefetcher = KIT.spawn(Prefetcher.create(plan, 1, pool, metrics));
    job(prefetcher, firstWorker);
    job(prefetcher, secondWorker);
    prefetcher.tell(new Prefetcher.JobDone(2));
    job(prefetcher, thirdWorker);
    assertThat(pool.available()).isZero();
    KIT.stop(prefetcher);
    assertThat(pool.available()).isEqualTo(3);
  }
}
