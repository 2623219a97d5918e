package io.troupe.actors.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An evaluator whose work another node may do, which does as the test says. */
@Tag("protocol")
class RemoteEvaluatorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ConfigFactory.load("application-test"));
  private static final RunSettings SETTINGS =
      TinyRun.settings("evaluation.images=30", "evaluation.tsne-images=0");
  private static final Dataset DATASET = Datasets.open(SETTINGS.dataset(), SETTINGS.seed());
  private static final Map<String, Double> SCORES = Map.of("fd_mean", 1.5, "kid", Double.NaN);

  private static FloatVector generator;

  private final GatedFeatures features = new GatedFeatures();
  private final TestProbe<Evaluator.Event> listener = KIT.createTestProbe();
  private final TestProbe<EmaKeeper.Command> emaKeeper = KIT.createTestProbe();
  private final Pool<FloatVector> pool = new Pool<>("snapshot", 3, () -> generator.like());
  private final Node node = new Node();
  private ActorRef<Evaluator.Command> evaluator;
  private ActorRef<EmaKeeper.Snapshot> subscriber;

  /** A node that answers when the test says so. */
  private static final class Node implements RemoteJobs {
    private final LinkedBlockingQueue<Handed> jobs = new LinkedBlockingQueue<>();
    private volatile boolean there = true;

    private record Handed(
        JobData input, DoubleConsumer progress, CompletableFuture<Done> future, List<String> log)
        implements Job {
      @Override
      public CompletionStage<Done> end() {
        return future;
      }

      @Override
      public void withdraw() {
        log.add("withdrawn");
      }
    }

    @Override
    public boolean take(JobKind kind) {
      return there;
    }

    @Override
    public Job begin(JobKind kind, long step, byte[] input, DoubleConsumer progress) {
      Handed job =
          new Handed(new JobData(input), progress, new CompletableFuture<>(), new ArrayList<>());
      jobs.add(job);
      return job;
    }

    Handed next() throws InterruptedException {
      Handed job = jobs.poll(20, TimeUnit.SECONDS);
      assertThat(job).isNotNull();
      return job;
    }
  }

  @BeforeAll
  static void makeGenerator() {
    try (GanTraining training =
        new GanTraining(
            SETTINGS, ImageSpec.rgb(32, DATASET.classNames().size()), CompiledGraph::compile)) {
      generator = training.generator().values().floats().copy();
    }
  }

  @BeforeEach
  void startEvaluator() {
    evaluator =
        KIT.spawn(
            Evaluator.create(
                () -> features.evaluation(SETTINGS, DATASET, Optional.empty(), Path.of("no plot")),
                Optional.of(node),
                KIT.spawn(apartFromShares())),
            Mailboxes.ownThread());
    listener.expectMessage(new Evaluator.Ready());
    evaluator.tell(new Evaluator.Follow(emaKeeper.getRef(), 100));
    subscriber = emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class).subscriber();
  }

  @AfterEach
  void stopEvaluator() {
    features.allow(1000);
    KIT.stop(evaluator);
    assertThat(pool.available()).isEqualTo(3);
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    generator.close();
  }

  private Behavior<Evaluator.Event> apartFromShares() {
    return Behaviors.receiveMessage(
        event -> {
          if (!(event instanceof Evaluator.EvaluationAdvanced advanced)
              || advanced.share() == 0.25) {
            listener.getRef().tell(event);
          }
          return Behaviors.same();
        });
  }

  private void snapshot(long step) {
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    subscriber.tell(new EmaKeeper.Snapshot(step, lease));
    listener.expectMessage(new Evaluator.EvaluationStarted(step));
  }

  private static RemoteJobs.Done done() {
    Evaluation.Result result =
        new Evaluation.Result(
            SCORES,
            Map.of("real_images", 30),
            Collections.nCopies(DATASET.classNames().size(), 0.5),
            Optional.empty());
    byte[] output = new EvaluationJob.Output(result, new JobData(new byte[0])).write();
    return new RemoteJobs.Done(new JobData(output), "10.0.0.3:25520");
  }

  @Test
  void aNodeEvaluatesAndTheScoresSayWhere() throws Exception {
    snapshot(100);
    Node.Handed job = node.next();
    EvaluationJob wanted = EvaluationJob.read(job.input().bytes());
    assertThat(wanted.step()).isEqualTo(100);
    assertThat(wanted.average()).isEqualTo(generator.read());
    job.progress().accept(0.25);
    listener.expectMessage(new Evaluator.EvaluationAdvanced(100, 0.25));
    job.future().complete(done());
    Evaluator.EvaluationFinished finished =
        listener.expectMessageClass(Evaluator.EvaluationFinished.class);
    assertThat(finished.step()).isEqualTo(100);
    assertThat(finished.scores()).isEqualTo(SCORES);
    assertThat(finished.protocol()).isEqualTo(Map.of("real_images", 30));
    assertThat(finished.node()).contains("10.0.0.3:25520");
    assertThat(features.means()).as("nothing was computed here").isEmpty();
    snapshot(200);
    node.next().future().complete(done());
    assertThat(listener.expectMessageClass(Evaluator.EvaluationFinished.class).step())
        .isEqualTo(200);
  }

  @Test
  void whatANodeDoesNotDoIsDoneHereOnce() throws Exception {
    snapshot(100);
    Node.Handed job = node.next();
    job.future().completeExceptionally(new JobException("10.0.0.3:25520 is silent"));
    listener.expectMessage(new Evaluator.RemoteFailed(100, "10.0.0.3:25520 is silent", false));
    features.allow(1000);
    Evaluator.EvaluationFinished finished =
        listener.expectMessageClass(Evaluator.EvaluationFinished.class, Duration.ofSeconds(20));
    assertThat(finished.node()).isEmpty();
    assertThat(finished.scores()).containsOnlyKeys("fd_mean");
    listener.expectNoMessage();
  }

  @Test
  void anAnswerThatCannotBeReadIsAFailureOfTheNode() throws Exception {
    features.allow(1000);
    snapshot(100);
    node.next().future().complete(new RemoteJobs.Done(new JobData(new byte[9]), "a:1"));
    assertThat(listener.expectMessageClass(Evaluator.RemoteFailed.class).step()).isEqualTo(100);
    assertThat(listener.expectMessageClass(Evaluator.EvaluationFinished.class).node()).isEmpty();
  }

  @Test
  void withoutANodeItIsDoneHere() {
    features.allow(1000);
    node.there = false;
    snapshot(100);
    assertThat(
            listener
                .expectMessageClass(Evaluator.EvaluationFinished.class, Duration.ofSeconds(20))
                .node())
        .isEmpty();
    assertThat(node.jobs).isEmpty();
  }

  @Test
  void aCancelledEvaluationIsWithdrawnAndALateAnswerReportsNothing() throws Exception {
    snapshot(100);
    Node.Handed job = node.next();
    evaluator.tell(Evaluator.Order.CANCEL);
    listener.expectMessage(new Evaluator.EvaluationCancelled(100, true));
    assertThat(job.log()).containsExactly("withdrawn");
    snapshot(200);
    Node.Handed next = node.next();
    job.future().complete(done());
    listener.expectNoMessage();
    next.future().complete(done());
    assertThat(listener.expectMessageClass(Evaluator.EvaluationFinished.class).step())
        .isEqualTo(200);
  }

  /** While a node evaluates, the newest snapshot waits, and no more than that one. */
  @Test
  void newerSnapshotsReplaceOneAnother() throws Exception {
    snapshot(100);
    Node.Handed job = node.next();
    for (long step : new long[] {200, 300}) {
      Lease<FloatVector> lease = pool.tryLease().orElseThrow();
      subscriber.tell(new EmaKeeper.Snapshot(step, lease));
    }
    listener.expectMessage(new Evaluator.EvaluationCancelled(200, false));
    assertThat(pool.available()).isEqualTo(2);
    job.future().complete(done());
    listener.expectMessageClass(Evaluator.EvaluationFinished.class);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    node.next().future().complete(done());
    listener.expectMessageClass(Evaluator.EvaluationFinished.class);
  }
}
