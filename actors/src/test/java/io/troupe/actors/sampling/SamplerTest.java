package io.troupe.actors.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.troupe.actors.TinyRun;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.memory.Pool;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("protocol")
class SamplerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int CLASSES = 20;
  private static final int PER_CLASS = 4;
  private static final List<String> NAMES =
      IntStream.range(0, CLASSES).mapToObj("class%d"::formatted).toList();
  // More pictures than fit into one batch; running statistics make them independent of it.
  private static final RunSettings SETTINGS =
      TinyRun.settings(
          "sampling.per-class=" + PER_CLASS,
          "sampling.class-grids=6",
          "sampling.batch-norm=running");

  private static FloatVector generator;

  @TempDir private Path root;

  private final TestProbe<Sampler.Event> listener = KIT.createTestProbe();
  private final TestProbe<EmaKeeper.Command> emaKeeper = KIT.createTestProbe();
  private final Pool<FloatVector> pool = new Pool<>("snapshot", 1, () -> generator.like());
  private RunDirectory directory;
  private ActorRef<Sampler.Command> sampler;

  @BeforeAll
  static void makeGenerator() {
    try (GanTraining training =
        new GanTraining(SETTINGS, ImageSpec.rgb(32, CLASSES), CompiledGraph::compile)) {
      generator = training.generator().values().floats().copy();
    }
  }

  @BeforeEach
  void startSampler() {
    directory = new RunDirectory(root);
    sampler =
        KIT.spawn(
            Sampler.create(
                SETTINGS,
                NAMES,
                directory,
                () -> generator(Sampler.batch(CLASSES * PER_CLASS)),
                psi -> generator(DrawnPictures.BATCH),
                Optional.empty(),
                listener.getRef()));
    listener.expectMessage(new Sampler.Ready());
  }

  @AfterEach
  void stopSampler() {
    KIT.stop(sampler);
    pool.close();
  }

  @AfterAll
  static void shutDown() {
    ActorTestKit.shutdown(KIT.system());
    generator.close();
  }

  private static GeneratorSampler generator(int batch) {
    return new GeneratorSampler(
        SETTINGS.network(),
        ImageSpec.rgb(32, CLASSES),
        new GeneratorSampler.Use(batch, SETTINGS.sampling().batchNorm()),
        CompiledGraph::compile);
  }

  private void snapshot(long step, double scale) {
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 5));
    EmaKeeper.Subscribe subscription = emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class);
    assertThat(subscription.every()).isEqualTo(5);
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    lease.value().array().muli(scale);
    subscription.subscriber().tell(new EmaKeeper.Snapshot(step, lease));
  }

  private byte[] grid(long step, double scale) throws IOException {
    snapshot(step, scale);
    Sampler.GridWritten written = listener.expectMessageClass(Sampler.GridWritten.class);
    assertThat(written.step()).isEqualTo(step);
    assertThat(written.file())
        .isEqualTo(directory.samples().resolve("step-%09d.png".formatted(step)));
    assertThat(pool.available()).isEqualTo(1);
    return Files.readAllBytes(written.file());
  }

  @Test
  void gridsOfOneGeneratorAreEqualAndThoseOfAnotherDiffer() throws Exception {
    byte[] first = grid(5, 1);
    assertThat(grid(10, 1)).isEqualTo(first);
    assertThat(grid(15, 1.5)).isNotEqualTo(first);
    try (var files = Files.list(directory.samples())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "step-000000005.png", "step-000000010.png", "step-000000015.png");
    }
  }

  @Test
  void aGridHasARowForEachClassWithTheRunsOwnLatents() throws Exception {
    grid(5, 1);
    BufferedImage image = ImageIO.read(directory.samples().resolve("step-000000005.png").toFile());
    assertThat(image.getWidth()).isEqualTo(PER_CLASS * 32 + (PER_CLASS + 1) * 2);
    assertThat(image.getHeight()).isEqualTo(CLASSES * 32 + (CLASSES + 1) * 2);
    try (GeneratorSampler single = generator(1)) {
      single.load(generator);
      for (int label : new int[] {0, 7, 19}) {
        for (int column : new int[] {0, 3}) {
          requirePicture(image, single, label, column);
        }
      }
    }
  }

  private static void requirePicture(
      BufferedImage image, GeneratorSampler single, int label, int column) {
    float[] latent = new float[SETTINGS.network().latentSize()];
    CounterRandom random =
        new CounterRandom(SETTINGS.seed(), Stream.SAMPLING, 0, label + CLASSES * column);
    for (int i = 0; i < latent.length; i++) {
      latent[i] = (float) random.nextGaussian();
    }
    requirePicture(image, single, latent, label, label, column);
  }

  private static void requirePicture(
      BufferedImage image,
      GeneratorSampler single,
      float[] latent,
      int label,
      int row,
      int column) {
    single.set(0, latent, label);
    float[] expected = new float[32 * 32 * 3];
    single.generate(expected, 0, 1);
    int left = 2 + 34 * column;
    int top = 2 + 34 * row;
    assertThat(image.getRGB(left - 1, top) & 0xFFFFFF).isEqualTo(0xFFFFFF);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int level = (image.getRGB(left + x, top + y) >> (8 * (2 - channel))) & 0xFF;
          double wanted = (expected[(y * 32 + x) * 3 + channel] + 1) * 127.5;
          // Half a level for rounding, and a trace for another batch size's order of sums.
          assertThat(Math.abs(level - wanted)).isLessThan(0.51);
        }
      }
    }
  }

  @Test
  void eachClassHasAGridOfItsOwnThatBeginsWithItsRow() throws Exception {
    grid(5, 1);
    BufferedImage all = ImageIO.read(directory.samples().resolve("step-000000005.png").toFile());
    for (int label : new int[] {0, 13}) {
      BufferedImage own =
          ImageIO.read(
              directory
                  .classGrids()
                  .resolve("step-000000005")
                  .resolve(NAMES.get(label) + ".png")
                  .toFile());
      // Six pictures in three columns.
      assertThat(own.getWidth()).isEqualTo(3 * 34 + 2);
      assertThat(own.getHeight()).isEqualTo(2 * 34 + 2);
      for (int number = 0; number < PER_CLASS; number++) {
        int left = 2 + 34 * (number % 3);
        int top = 2 + 34 * (number / 3);
        assertThat(own.getRGB(left, top, 32, 32, null, 0, 32))
            .isEqualTo(all.getRGB(2 + 34 * number, 2 + 34 * label, 32, 32, null, 0, 32));
      }
    }
    try (var files = Files.list(directory.classGrids().resolve("step-000000005"))) {
      assertThat(files).hasSize(CLASSES);
    }
  }

  @Test
  void picturesOfOneClassAreOfTruncatedLatentsOfTheirOwn() throws Exception {
    TestProbe<RunAnswer> asker = KIT.createTestProbe();
    int count = 70; // More than fit into one batch.
    PictureOrder order =
        new PictureOrder(
            Optional.of("CLASS7"),
            OptionalDouble.of(0.5),
            OptionalInt.of(count),
            OptionalLong.of(11));
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 5));
    emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class);
    sampler.tell(Sampler.Pictures.of(order, SETTINGS, NAMES, asker.getRef()));
    EmaKeeper.SnapshotRequest request =
        emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class);
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    request.replyTo().tell(new EmaKeeper.Snapshot(10, lease, request.purpose()));

    Sampler.PicturesWritten written = listener.expectMessageClass(Sampler.PicturesWritten.class);

    assertThat(written.step()).isEqualTo(10);
    assertThat(written.wanted().asker()).isEqualTo(asker.getRef());
    assertThat(written.wanted().text()).isEqualTo("70 pictures of class7, truncation 0.5, seed 11");
    assertThat(written.file())
        .isEqualTo(root.resolve("pictures/step-000000010-class7-70-t0.5-seed11.png"));
    assertThat(pool.available()).isEqualTo(1);
    assertThat(directory.samples()).doesNotExist();
    BufferedImage image = ImageIO.read(written.file().toFile());
    assertThat(image.getWidth()).isEqualTo(9 * 34 + 2);
    assertThat(image.getHeight()).isEqualTo(8 * 34 + 2);
    try (GeneratorSampler single = generator(1)) {
      single.load(generator);
      for (int index : new int[] {0, 13, 69}) {
        CounterRandom random = new CounterRandom(11, Stream.SAMPLING, 0, index);
        float[] latent = new float[SETTINGS.network().latentSize()];
        for (int i = 0; i < latent.length; i++) {
          double value = random.nextGaussian();
          while (value < -1 || value > 1) {
            value = random.nextGaussian();
          }
          latent[i] = (float) value;
        }
        requirePicture(image, single, latent, 7, index / 9, index % 9);
      }
    }
  }

  @Test
  void whatIsNoPictureOfTheRunIsRefusedWithWhatThereIs() {
    requireRefusal(Optional.of("class20"), 1, 1, "there is no class class20", "19 class19");
    requireRefusal(Optional.of("-1"), 1, 1, "there is no class -1");
    requireRefusal(Optional.empty(), 0.009, 1, "truncation: 0.009 is not from 0.01 to 1");
    requireRefusal(Optional.empty(), Double.NaN, 1, "truncation: NaN");
    requireRefusal(Optional.empty(), 1, 0, "count: 0 is not from 1 to 1024", "troupe sample");
    requireRefusal(Optional.empty(), 1, 1025, "count: 1025");
  }

  private static void requireRefusal(
      Optional<String> label, double truncation, int count, String... says) {
    PictureOrder order =
        new PictureOrder(
            label, OptionalDouble.of(truncation), OptionalInt.of(count), OptionalLong.empty());
    assertThatThrownBy(
            () ->
                Sampler.Pictures.of(
                    order, SETTINGS, NAMES, KIT.<RunAnswer>createTestProbe().getRef()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(says);
  }

  @Test
  void picturesThatCannotBeWrittenFailAloneAndSayWhose() throws Exception {
    Files.createFile(directory.pictures());
    TestProbe<RunAnswer> asker = KIT.createTestProbe();
    PictureOrder order =
        new PictureOrder(
            Optional.empty(), OptionalDouble.empty(), OptionalInt.of(1), OptionalLong.empty());
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 5));
    emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class);
    sampler.tell(Sampler.Pictures.of(order, SETTINGS, NAMES, asker.getRef()));
    EmaKeeper.SnapshotRequest request =
        emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class);
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    request.replyTo().tell(new EmaKeeper.Snapshot(10, lease, request.purpose()));

    Sampler.PicturesFailed failed = listener.expectMessageClass(Sampler.PicturesFailed.class);
    assertThat(failed.reason()).contains(directory.pictures().toString());
    assertThat(failed.wanted().asker()).isEqualTo(asker.getRef());
    grid(15, 1);
  }

  @Test
  void saysThatAGridCannotBeWrittenAndGoesOn() throws Exception {
    Files.createFile(directory.samples());
    snapshot(5, 1);
    Sampler.GridFailed failed = listener.expectMessageClass(Sampler.GridFailed.class);
    assertThat(failed.step()).isEqualTo(5);
    assertThat(failed.reason()).contains(directory.samples().toString());
    assertThat(pool.available()).isEqualTo(1);
    Files.delete(directory.samples());
    grid(10, 1);
  }

  @Test
  void aGridOfAClassThatCannotBeWrittenCostsNoOther() throws Exception {
    Path folder = directory.classGrids().resolve("step-000000005");
    Files.createDirectories(folder.resolve("class0.png/full"));
    snapshot(5, 1);
    listener.expectMessageClass(Sampler.GridWritten.class);
    Sampler.GridFailed failed = listener.expectMessageClass(Sampler.GridFailed.class);
    assertThat(failed.reason())
        .contains("1 of %d files in %s cannot be written".formatted(CLASSES, folder))
        .contains("class0.png");
    assertThat(directory.samples().resolve("step-000000005.png")).isNotEmptyFile();
    for (String name : NAMES.subList(1, CLASSES)) {
      assertThat(folder.resolve(name + ".png")).isNotEmptyFile();
    }
  }

  @Test
  void asksForASnapshotOnCommandOnceThereIsSomebodyToAsk() {
    sampler.tell(Sampler.Order.SAMPLE);
    listener.expectMessage(new Sampler.GridFailed(0, "training has not started"));
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 0));
    ActorRef<EmaKeeper.Snapshot> subscriber =
        emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class).subscriber();
    sampler.tell(Sampler.Order.SAMPLE);
    assertThat(emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class).replyTo())
        .isEqualTo(subscriber);
  }

  @Test
  void whatALoopThatHasEndedWasAskedForIsAskedOfTheNextAndMadeOnce() {
    sampler.tell(new Sampler.Follow(emaKeeper.getRef(), 0));
    emaKeeper.expectMessageClass(EmaKeeper.Subscribe.class);
    sampler.tell(Sampler.Order.SAMPLE);
    EmaKeeper.SnapshotRequest first = emaKeeper.expectMessageClass(EmaKeeper.SnapshotRequest.class);
    TestProbe<EmaKeeper.Command> next = KIT.createTestProbe();
    sampler.tell(new Sampler.Follow(next.getRef(), 0));
    next.expectMessageClass(EmaKeeper.Subscribe.class);
    EmaKeeper.SnapshotRequest second = next.expectMessageClass(EmaKeeper.SnapshotRequest.class);
    assertThat(second.purpose()).isEqualTo(first.purpose());
    answer(second);
    listener.expectMessageClass(Sampler.GridWritten.class);
    answer(first);
    // Again of the same one: nothing is asked anew.
    sampler.tell(new Sampler.Follow(next.getRef(), 7));
    next.expectMessageClass(EmaKeeper.Subscribe.class);
    next.expectNoMessage();
    listener.expectNoMessage();
    assertThat(pool.available()).isEqualTo(1);
  }

  private void answer(EmaKeeper.SnapshotRequest request) {
    Lease<FloatVector> lease = pool.tryLease().orElseThrow();
    lease.value().assign(generator);
    request.replyTo().tell(new EmaKeeper.Snapshot(10, lease, request.purpose()));
  }
}
