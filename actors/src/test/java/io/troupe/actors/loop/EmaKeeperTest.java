package io.troupe.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.checkpoint.Checkpointer;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
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

@Tag("protocol")
class EmaKeeperTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final double DECAY = 0.9;
  private static final long START_STEP = 3;

  private static GanTraining training;
  private static TrainingState state;
  private static int length;

  private final ManualTime time = ManualTime.get(KIT.system());
  private final RunMetrics metrics = new RunMetrics("test", "cpu", List.of());
  private final Pool<FloatVector> updates = pool("update", 2);
  private final Pool<FloatVector> snapshots = pool("snapshot", 2);
  private final TestProbe<EmaKeeper.Snapshot> reader = KIT.createTestProbe();
  private ActorRef<EmaKeeper.Command> keeper;

  @BeforeAll
  static void makeState() {
    training = new GanTraining(TinyRun.settings(), ImageSpec.rgb(32, 20), CompiledGraph::compile);
    state = new TrainingState(training);
    length = state.average().length();
  }

  @BeforeEach
  void startKeeper() {
    keeper = keeper(0);
  }

  @AfterEach
  void stopKeeper() {
    KIT.stop(keeper);
    updates.close();
    snapshots.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    state.close();
    training.close();
  }

  private static Pool<FloatVector> pool(String name, int size) {
    return new Pool<>(name, size, () -> FloatVector.zeros(length));
  }

  private ActorRef<EmaKeeper.Command> keeper(long step) {
    return keeper(step, "averaged");
  }

  private ActorRef<EmaKeeper.Command> keeper(long step, String states) {
    state.setProgress(new TrainingState.Progress(step, step, step, 0));
    RunSettings settings =
        TinyRun.settings(
            "ema.decay=" + DECAY, "ema.start-step=" + START_STEP, "ema.states=" + states);
    TrainingLoop.Task task =
        new TrainingLoop.Task(
            settings,
            Datasets.open(settings.dataset(), settings.seed()),
            training,
            state,
            Trainer.Standing.after(step),
            new Trainer.Configure(100, 0, 0, Trainer.Configure.NO_END),
            metrics,
            Optional.empty());
    return KIT.spawn(EmaKeeper.create(task, snapshots));
  }

  /** What the generator holds after a step, in these tests. */
  private static float value(long step, int index) {
    return (float) new CounterRandom(1, Stream.SAMPLING, step, index).nextGaussian();
  }

  private void update(long step) throws InterruptedException {
    Lease<FloatVector> lease = updates.lease(TIMEOUT);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = value(step, i);
    }
    lease.value().write().put(0, values);
    keeper.tell(new EmaKeeper.GeneratorUpdated(step, lease));
  }

  /** d^(n-s) x_s + (1-d) sum over k in s+1..n of d^(n-k) x_k, with s the last copied step. */
  private static double average(long step, int index) {
    long copied = Math.min(step, START_STEP - 1);
    double sum = Math.pow(DECAY, (double) (step - copied)) * value(copied, index);
    for (long k = copied + 1; k <= step; k++) {
      sum += (1 - DECAY) * Math.pow(DECAY, (double) (step - k)) * value(k, index);
    }
    return sum;
  }

  private static void requireAverage(FloatVector actual, long step) {
    float[] values = new float[length];
    actual.read().get(0, values);
    for (int i = 0; i < length; i++) {
      assertThat((double) values[i]).as("element %d", i).isCloseTo(average(step, i), within(1e-6));
    }
  }

  private EmaKeeper.Snapshot snapshot() {
    keeper.tell(new EmaKeeper.SnapshotRequest(reader.getRef()));
    return reader.receiveMessage();
  }

  @Test
  void copiesTheGeneratorBeforeTheStartStep() throws Exception {
    update(1);
    update(2);
    EmaKeeper.Snapshot snapshot = snapshot();
    assertThat(snapshot.step()).isEqualTo(2);
    for (int i = 0; i < length; i++) {
      assertThat(snapshot.average().value().read().get(i)).isEqualTo(value(2, i));
    }
  }

  @Test
  void averagesExponentiallyFromTheStartStepOn() throws Exception {
    for (long step = 1; step <= 9; step++) {
      update(step);
    }
    EmaKeeper.Snapshot snapshot = snapshot();
    assertThat(snapshot.step()).isEqualTo(9);
    requireAverage(snapshot.average().value(), 9);
    assertThat(updates.available()).isEqualTo(2);
    assertThat(metrics.registry().getSampleValue("troupe_ema_step")).isEqualTo(9.0);
  }

  @Test
  void copiesStatesIfTheSettingsSaySo() throws Exception {
    KIT.stop(keeper);
    keeper = keeper(0, "copied");
    for (long step = 1; step <= 9; step++) {
      update(step);
    }
    FloatVector actual = snapshot().average().value();
    int parameters = (int) training.generator().values().layout().trainableLength();
    assertThat(parameters).isBetween(1, length - 1);
    for (int i = 0; i < length; i++) {
      if (i < parameters) {
        assertThat((double) actual.read().get(i)).isCloseTo(average(9, i), within(1e-6));
      } else {
        assertThat(actual.read().get(i)).isEqualTo(value(9, i));
      }
    }
  }

  @Test
  void handsOverTheAverageOfTheSegmentsLastStep() throws Exception {
    for (long step = 1; step <= 9; step++) {
      update(step);
    }
    TestProbe<Trainer.Event> daemon = KIT.createTestProbe();
    Trainer.Standing standing = new Trainer.Standing(9, true, 5);
    try (TrainingState handedOver = new TrainingState(training)) {
      keeper.tell(new EmaKeeper.HandOver(handedOver, standing, daemon.getRef()));
      daemon.expectMessage(new Trainer.SegmentEnded(standing));
      requireAverage(handedOver.average(), 9);
    }
  }

  @Test
  void goesOnFromTheAverageOfTheStateItStartsWith() throws Exception {
    KIT.stop(keeper);
    state.average().array().assign(2);
    keeper = keeper(10);
    EmaKeeper.Snapshot before = snapshot();
    assertThat(before.step()).isEqualTo(10);
    assertThat(before.average().value().read().get(0)).isEqualTo(2);
    before.average().close();
    // The state is lent only while the keeper starts.
    state.average().array().assign(-100);
    update(11);
    EmaKeeper.Snapshot after = snapshot();
    assertThat(after.step()).isEqualTo(11);
    for (int i = 0; i < length; i += 7) {
      assertThat((double) after.average().value().read().get(i))
          .isCloseTo(DECAY * 2 + (1 - DECAY) * value(11, i), within(1e-6));
    }
  }

  @Test
  void lendsSubscribersASnapshotAtMultiples() throws Exception {
    keeper.tell(new EmaKeeper.Subscribe(4, reader.getRef()));
    for (long step = 1; step <= 9; step++) {
      update(step);
    }
    EmaKeeper.Snapshot fourth = reader.receiveMessage();
    EmaKeeper.Snapshot eighth = reader.receiveMessage();
    assertThat(fourth.step()).isEqualTo(4);
    assertThat(eighth.step()).isEqualTo(8);
    requireAverage(fourth.average().value(), 4);
    requireAverage(eighth.average().value(), 8);
    reader.expectNoMessage();
  }

  @Test
  void endsASubscriptionThatIsSetToZero() throws Exception {
    keeper.tell(new EmaKeeper.Subscribe(1, reader.getRef()));
    update(1);
    reader.receiveMessage().average().close();
    keeper.tell(new EmaKeeper.Subscribe(0, reader.getRef()));
    update(2);
    assertThat(snapshot().step()).isEqualTo(2);
    reader.expectNoMessage();
  }

  @Test
  void leavesOutASubscribersSnapshotWhenNoBufferIsFree() throws Exception {
    keeper.tell(new EmaKeeper.Subscribe(1, reader.getRef()));
    for (long step = 1; step <= 3; step++) {
      update(step);
    }
    EmaKeeper.Snapshot first = reader.receiveMessage();
    assertThat(first.step()).isEqualTo(1);
    assertThat(reader.receiveMessage().step()).isEqualTo(2);
    reader.expectNoMessage();
    first.average().close();
    update(4);
    assertThat(reader.receiveMessage().step()).isEqualTo(4);
  }

  @Test
  void servesARequestAsSoonAsABufferIsFree() throws Exception {
    update(1);
    EmaKeeper.Snapshot first = snapshot();
    snapshot();
    keeper.tell(new EmaKeeper.SnapshotRequest(reader.getRef()));
    reader.expectNoMessage();
    time.expectNoMessageFor(Duration.ofMillis(500), reader);
    first.average().close();
    time.timePasses(Duration.ofMillis(50));
    EmaKeeper.Snapshot late = reader.receiveMessage();
    assertThat(late.step()).isEqualTo(1);
    assertThat(late.average().value().read().get(5)).isEqualTo(value(1, 5));
    time.expectNoMessageFor(Duration.ofMillis(500), reader);
  }

  @Test
  void aLateRequestGetsTheAverageOfTheMomentItIsServed() throws Exception {
    update(1);
    EmaKeeper.Snapshot first = snapshot();
    snapshot();
    keeper.tell(new EmaKeeper.SnapshotRequest(reader.getRef()));
    reader.expectNoMessage();
    first.average().close();
    update(2);
    assertThat(reader.receiveMessage().step()).isEqualTo(2);
  }

  @Test
  void completesATrainingStateWithTheAverageOfItsStep() throws Exception {
    TestProbe<Checkpointer.Command> checkpointer = KIT.createTestProbe();
    try (Pool<TrainingState> states = new Pool<>("state", 1, () -> new TrainingState(training))) {
      for (long step = 1; step <= 5; step++) {
        update(step);
      }
      Lease<TrainingState> lease = states.lease(TIMEOUT);
      keeper.tell(new EmaKeeper.Complete(lease, checkpointer.getRef()));
      update(6);
      update(7);
      Checkpointer.Save save = checkpointer.expectMessageClass(Checkpointer.Save.class);
      assertThat(save.state()).isSameAs(lease);
      requireAverage(lease.value().average(), 5);
      lease.close();
    }
  }
}
