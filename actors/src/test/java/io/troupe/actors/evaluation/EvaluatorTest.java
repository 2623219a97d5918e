package io.troupe.actors.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.run.Helper;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("protocol")
class EvaluatorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final int IMAGES = 30;
  // Two batches of real and two of generated pictures, the second of each half full.
  private static final int BATCHES = 4;
  private static final RunSettings SETTINGS =
      TinyRun.settings(
          "evaluation.images=" + IMAGES, "evaluation.batch=20", "evaluation.tsne-images=0");
  private static final Dataset DATASET = Datasets.open(SETTINGS.dataset(), SETTINGS.seed());

  private static FloatVector generator;

  private final ManualTime time = ManualTime.get(KIT.system());
  private final GatedFeatures features = new GatedFeatures();
  private final TestProbe<Evaluator.Event> listener = KIT.createTestProbe();
  private final TestProbe<Supervision.Failure> failures = KIT.createTestProbe();
  private final TestProbe<EmaKeeper.Command> emaKeeper = KIT.createTestProbe();
  private final Pool<FloatVector> pool = new Pool<>("snapshot", 3, () -> generator.like());
  private final List<Double> shares = new CopyOnWriteArrayList<>();
  private ActorRef<Evaluator.Command> evaluator;
  private ActorRef<EmaKeeper.Snapshot> subscriber;

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
            Supervision.restarting(
                Helper.EVALUATOR,
                Evaluator.create(this::evaluation, Optional.empty(), KIT.spawn(apartFromShares())),
                failures.getRef()),
            Mailboxes.ownThread());
    listener.expectMessage(new Evaluator.Ready());
    subscriber = follow(100);
  }

  @AfterEach
  void stopEvaluator() {
    features.allow(1000);
    KIT.stop(evaluator);
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    generator.close();
  }

  /** Hands on all events but those about progress, which it collects. */
  private Behavior<Evaluator.Event> apartFromShares() {
    return Behaviors.receiveMessage(
        event -> {
          if (event instanceof Evaluator.EvaluationAdvanced advanced) {
            shares.add(advanced.share());
          } else {
            listener.getRef().tell(event);
          }
          return Behaviors.same();
        });
  }

  private Evaluation evaluation() {
    return features.evaluation(SETTINGS, DATASET, Optional.empty(), Path.of("no plot"));
  }

  private ActorRef<EmaKeeper.Snapshot> follow(long every) {
    evaluator.tell(new Evaluator.Follow(emaKeeper.getRef(), every));
    EmaKeeper.Subscribe subscription = emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class);
    assertThat(subscription.every()).isEqualTo(every);
    return subscription.subscriber();
  }

  private Lease<FloatVector> snapshot(long step) {
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    subscriber.tell(new EmaKeeper.Snapshot(step, lease));
    return lease;
  }

  private Evaluator.EvaluationFinished finished() {
    return listener.expectMessageClass(Evaluator.EvaluationFinished.class);
  }

  private void requireReadyAfterAWhile() {
    listener.expectNoMessage();
    listener.awaitAssert(
        Duration.ofMinutes(1),
        () -> {
          time.timePasses(Duration.ofMillis(1101));
          return listener.expectMessageClass(Evaluator.Ready.class, Duration.ofMillis(100));
        });
  }

  @Test
  void asksForASnapshotOnCommand() {
    evaluator.tell(Evaluator.Order.EVALUATE);
    assertThat(emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class).replyTo())
        .isEqualTo(subscriber);
  }

  @Test
  void scoresAreTheFrechetDistanceOfTheFeatures() {
    features.allow(BATCHES);
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    Evaluator.EvaluationFinished finished = finished();
    List<Double> means = features.means();
    assertThat(means).hasSize(2 * IMAGES);
    double[] real = meanAndVariance(means.subList(0, IMAGES));
    double[] fake = meanAndVariance(means.subList(IMAGES, 2 * IMAGES));
    // The distance of two normal distributions on the line.
    double distance =
        Math.pow(real[0] - fake[0], 2) + Math.pow(Math.sqrt(real[1]) - Math.sqrt(fake[1]), 2);
    assertThat(finished.step()).isEqualTo(100);
    assertThat(finished.scores()).containsOnlyKeys("fd_mean");
    assertThat(finished.scores().get("fd_mean")).isCloseTo(distance, within(1e-9));
    assertThat(pool.available()).isEqualTo(3);
  }

  private static double[] meanAndVariance(List<Double> values) {
    double mean = values.stream().mapToDouble(x -> x).average().orElseThrow();
    double squares = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    return new double[] {mean, squares / (values.size() - 1)};
  }

  @Test
  void progressGrowsAndTheProtocolSaysHowItWasMade() {
    features.allow(BATCHES);
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    Evaluator.EvaluationFinished finished = finished();
    assertThat(shares).isSorted().doesNotHaveDuplicates().hasSizeGreaterThan(1);
    assertThat(shares.get(0)).isLessThan(0.9);
    assertThat(shares.get(shares.size() - 1)).isEqualTo(1);
    assertThat(finished.protocol())
        .containsEntry("extractor", "mean")
        .containsEntry("real_images", IMAGES)
        .containsEntry("fake_images", IMAGES)
        .containsEntry("ema", true)
        .containsEntry("split", "train");
  }

  @Test
  void realPicturesAreSpreadOverTheDataset() {
    features.allow(BATCHES);
    snapshot(1);
    listener.expectMessageClass(Evaluator.EvaluationStarted.class);
    finished();
    byte[] picture = new byte[32 * 32 * 3];
    for (int i = 0; i < IMAGES; i++) {
      DATASET.read(i * DATASET.size() / IMAGES, picture);
      double sum = 0;
      for (byte value : picture) {
        sum += (value & 0xFF) / 127.5 - 1;
      }
      assertThat(features.means().get(i)).isCloseTo(sum / picture.length, within(1e-5));
    }
  }

  @Test
  void theSameGeneratorHasTheSameScoreAndAnotherHasAnother() {
    features.allow(100);
    snapshot(1);
    listener.expectMessage(new Evaluator.EvaluationStarted(1));
    Map<String, Double> first = finished().scores();
    snapshot(2);
    listener.expectMessage(new Evaluator.EvaluationStarted(2));
    assertThat(finished().scores()).isEqualTo(first);
    Lease<FloatVector> other = pool.tryLease().orElseThrow();
    other.value().assign(generator);
    other.value().array().muli(1.5);
    subscriber.tell(new EmaKeeper.Snapshot(3, other));
    listener.expectMessage(new Evaluator.EvaluationStarted(3));
    assertThat(finished().scores().get("fd_mean")).isNotEqualTo(first.get("fd_mean"));
  }

  @Test
  void runsOneAtATimeAndANewerSnapshotReplacesAQueuedOne() {
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    Lease<FloatVector> replaced = snapshot(200);
    snapshot(300);
    features.allow(1);
    listener.expectMessage(new Evaluator.EvaluationCancelled(200, false));
    assertThat(pool.available()).isEqualTo(2);
    assertThatIllegalStateException().isThrownBy(replaced::value);
    features.allow(100);
    assertThat(finished().step()).isEqualTo(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    assertThat(finished().step()).isEqualTo(300);
    assertThat(pool.available()).isEqualTo(3);
    listener.expectNoMessage();
  }

  /** The last step's snapshot may have had no buffer, or come before somebody followed. */
  @Test
  void evaluatesAStepOnceWhetherItsSnapshotCameOrNot() {
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    evaluator.tell(Evaluator.Order.EVALUATE_ONCE);
    features.allow(1);
    answerRequest(100);
    features.allow(100);
    assertThat(finished().step()).isEqualTo(100);
    evaluator.tell(Evaluator.Order.EVALUATE_ONCE);
    answerRequest(100);
    evaluator.tell(Evaluator.Order.EVALUATE_ONCE);
    answerRequest(200);
    listener.expectMessage(new Evaluator.EvaluationStarted(200));
    assertThat(finished().step()).isEqualTo(200);
    assertThat(pool.available()).isEqualTo(3);
  }

  private void answerRequest(long step) {
    EmaKeeper.SnapshotRequest request =
        emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class);
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    request.replyTo().tell(new EmaKeeper.Snapshot(step, lease, request.purpose()));
  }

  @Test
  void hearsACancellationBetweenBatches() {
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    snapshot(200);
    evaluator.tell(Evaluator.Order.CANCEL);
    features.allow(1);
    listener.expectMessage(new Evaluator.EvaluationCancelled(200, false));
    listener.expectMessage(new Evaluator.EvaluationCancelled(100, true));
    assertThat(pool.available()).isEqualTo(3);
    features.allow(100);
    listener.expectNoMessage();
    snapshot(400);
    listener.expectMessage(new Evaluator.EvaluationStarted(400));
    assertThat(finished().step()).isEqualTo(400);
  }

  @Test
  void endsWhatIsOfStepsThatAreTakenBack() {
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    snapshot(200);
    evaluator.tell(new Evaluator.TakenBack(100));
    features.allow(1);
    listener.expectMessage(new Evaluator.EvaluationCancelled(200, false));
    features.allow(100);
    assertThat(finished().step()).isEqualTo(100);
    assertThat(pool.available()).isEqualTo(3);
  }

  @Test
  void evaluatesAStepAnewThatWasTakenBack() {
    snapshot(300);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    snapshot(400);
    evaluator.tell(new Evaluator.TakenBack(200));
    features.allow(1);
    listener.expectMessage(new Evaluator.EvaluationCancelled(400, false));
    listener.expectMessage(new Evaluator.EvaluationCancelled(300, true));
    features.allow(100);
    listener.expectNoMessage();
    snapshot(300);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    assertThat(finished().step()).isEqualTo(300);
  }

  @Test
  void startsAgainAWhileAfterAFailureAndFollowsNobody() {
    features.failAt(2);
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    Lease<FloatVector> queued = snapshot(200);
    features.allow(2);
    requireReadyAfterAWhile();
    failures.expectMessage(
        new Supervision.Failure(
            Helper.EVALUATOR, "java.lang.IllegalStateException: no features", false));
    assertThatIllegalStateException().isThrownBy(queued::value);
    assertThat(pool.available()).isEqualTo(3);
    emaKeeper.expectMessage(new EmaKeeper.Subscribe(0, subscriber));
    evaluator.tell(Evaluator.Order.EVALUATE);
    emaKeeper.expectNoMessage();
    subscriber = follow(50);
    snapshot(300);
    features.allow(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    assertThat(finished().step()).isEqualTo(300);
  }

  @Test
  void anErrorIsAFailureToo() {
    features.endAt(2);
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    features.allow(2);
    requireReadyAfterAWhile();
    failures.expectMessage(
        new Supervision.Failure(Helper.EVALUATOR, "java.lang.OutOfMemoryError: no memory", false));
    emaKeeper.expectMessage(new EmaKeeper.Subscribe(0, subscriber));
    subscriber = follow(50);
    snapshot(300);
    features.allow(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(300));
    assertThat(finished().step()).isEqualTo(300);
    assertThat(pool.available()).isEqualTo(3);
  }

  @Test
  void evaluatesWhatArrivesWhileItIsDown() {
    features.failAt(1);
    snapshot(100);
    listener.expectMessage(new Evaluator.EvaluationStarted(100));
    // Not before the batch has come: a snapshot that is queued already is lost with the failure.
    features.awaitBatch();
    snapshot(200);
    features.allow(100);
    requireReadyAfterAWhile();
    listener.expectMessage(new Evaluator.EvaluationStarted(200));
    assertThat(finished().step()).isEqualTo(200);
    assertThat(pool.available()).isEqualTo(3);
  }
}
