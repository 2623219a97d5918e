package io.troupe.actors.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.remote.JobData;
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.RunSettings;
import io.troupe.data.Datasets;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
import org.junit.jupiter.api.io.TempDir;

/** A sampler whose pictures another node may make, when the test says so. */
@Tag("protocol")
class RemoteSamplerTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  private static final RunSettings SETTINGS =
      TinyRun.settings("sampling.per-class=2", "sampling.class-grids=3");
  private static final List<String> NAMES =
      Datasets.open(SETTINGS.dataset(), SETTINGS.seed()).classNames();
  private static final ImageSpec SPEC = ImageSpec.rgb(32, NAMES.size());
  private static final int BATCH = Sampler.batch(NAMES.size() * 2);

  private static FloatVector generator;

  @TempDir private Path root;
  private final TestProbe<Sampler.Event> listener = KIT.createTestProbe();
  private final TestProbe<EmaKeeper.Command> emaKeeper = KIT.createTestProbe();
  private final Pool<FloatVector> pool = new Pool<>("snapshot", 3, () -> generator.like());
  private final Node node = new Node();
  private ActorRef<Sampler.Command> sampler;
  private ActorRef<EmaKeeper.Snapshot> subscriber;

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
    private volatile boolean there = true;

    @Override
    public boolean take(JobKind kind) {
      return there && kind == JobKind.SAMPLE;
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

  @BeforeAll
  static void makeGenerator() {
    try (GanTraining training = new GanTraining(SETTINGS, SPEC, CompiledGraph::compile)) {
      generator = training.generator().values().floats().copy();
    }
  }

  @BeforeEach
  void startSampler() {
    sampler =
        KIT.spawn(
            Sampler.create(
                SETTINGS,
                NAMES,
                new RunDirectory(root),
                () ->
                    new GeneratorSampler(
                        SETTINGS.network(),
                        SPEC,
                        new GeneratorSampler.Use(BATCH, SETTINGS.sampling().batchNorm()),
                        CompiledGraph::compile),
                psi -> {
                  throw new IllegalStateException("nobody asks for others");
                },
                Optional.of(node),
                listener.getRef()),
            Mailboxes.ownThread());
    listener.expectMessage(new Sampler.Ready());
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 100));
    subscriber = emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class).subscriber();
  }

  @AfterEach
  void stopSampler() {
    KIT.stop(sampler);
    assertThat(pool.available()).isEqualTo(3);
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    generator.close();
  }

  private void snapshot(long step) {
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    subscriber.tell(new EmaKeeper.Snapshot(step, lease));
  }

  private Sampler.GridWritten written() {
    return listener.expectMessageClass(Sampler.GridWritten.class);
  }

  private byte[] grid(long step) throws IOException {
    return Files.readAllBytes(root.resolve("samples/step-%09d.png".formatted(step)));
  }

  private byte[] single(long step) throws IOException {
    return Files.readAllBytes(
        root.resolve("superclass/step-%09d/%s.png".formatted(step, NAMES.get(1))));
  }

  @Test
  void gridsOfPicturesThatAnotherNodeMadeAreTheSameFiles() throws Exception {
    node.there = false;
    snapshot(100);
    assertThat(written().node()).isEmpty();
    node.there = true;
    snapshot(200);
    Handed job = node.next();
    try (GridWork work = new GridWork(settings -> CompiledGraph::compile)) {
      byte[] output = work.run(job.input().bytes(), share -> {});
      job.future().complete(new RemoteJobs.Done(new JobData(output), "a:1"));
    }
    Sampler.GridWritten grid = written();
    assertThat(grid.step()).isEqualTo(200);
    assertThat(grid.node()).contains("a:1");
    assertThat(grid(200)).isEqualTo(grid(100));
    assertThat(single(200)).isEqualTo(single(100));
  }

  @Test
  void whatANodeDoesNotMakeIsMadeHereOnce() throws Exception {
    snapshot(100);
    node.next().future().completeExceptionally(new JobException("a:1 is silent"));
    listener.expectMessage(new Sampler.RemoteFailed(100, "a:1 is silent", false));
    assertThat(written().node()).isEmpty();
    snapshot(150);
    node.next().future().completeExceptionally(new JobException("all have other jobs", true));
    listener.expectMessage(new Sampler.RemoteFailed(150, "all have other jobs", true));
    assertThat(written().node()).isEmpty();
    snapshot(200);
    node.next()
        .future()
        .complete(new RemoteJobs.Done(new JobData(GridJob.output(FloatBuffer.allocate(3))), "a:1"));
    assertThat(listener.expectMessageClass(Sampler.RemoteFailed.class).reason())
        .startsWith("3 floats came for");
    assertThat(written().step()).isEqualTo(200);
    listener.expectNoMessage();
    assertThat(grid(200)).isEqualTo(grid(100));
  }

  /** No grid is lost because its pictures take long. */
  @Test
  void aGridThatIsNotThereWhenTheNextComesIsMadeHere() throws Exception {
    snapshot(100);
    Handed late = node.next();
    snapshot(200);
    Sampler.GridWritten first = written();
    assertThat(first.step()).isEqualTo(100);
    assertThat(first.node()).isEmpty();
    assertThat(late.future()).isCompletedExceptionally();
    node.next().future().completeExceptionally(new JobException("enough"));
    listener.expectMessage(new Sampler.RemoteFailed(200, "enough", false));
    assertThat(written().step()).isEqualTo(200);
    listener.expectNoMessage();
  }

  /** A run that has ended gives its last grid up after two minutes. */
  @Test
  void aGridThatTakesTooLongIsMadeHere() throws Exception {
    snapshot(100);
    Handed hanging = node.next();
    ManualTime time = ManualTime.get(KIT.system());
    time.timePasses(Duration.ofSeconds(29));
    listener.expectNoMessage();
    time.timePasses(Duration.ofSeconds(2));
    listener.expectMessage(new Sampler.RemoteFailed(100, "it takes too long", false));
    assertThat(written().node()).isEmpty();
    assertThat(hanging.future()).isCompletedExceptionally();
  }

  @Test
  void aGeneratorOfAnotherSizeIsRefused() throws Exception {
    snapshot(100);
    Handed job = node.next();
    GridJob read = GridJob.read(job.input().bytes());
    byte[] small =
        new GridJob(read.settings(), read.spec(), read.count(), read.generator().slice(0, 4))
            .write();
    try (GridWork work = new GridWork(settings -> CompiledGraph::compile)) {
      assertThat(catchThrowable(() -> work.run(small, share -> {})))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("and 4 came");
    }
    job.withdraw();
    listener.expectMessageClass(Sampler.RemoteFailed.class);
    written();
  }
}
