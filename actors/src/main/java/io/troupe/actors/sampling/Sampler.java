package io.troupe.actors.sampling;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import io.troupe.actors.loop.EmaKeeper;
import io.troupe.actors.loop.SnapshotSource;
import io.troupe.actors.memory.Lease;
import io.troupe.actors.run.PictureOrder;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.GeneratorSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Writes grids of generated pictures, one row per class, from latent vectors that are fixed for the
 * run, so that grids of different steps show the same pictures getting better.
 */
public final class Sampler extends AbstractBehavior<Sampler.Command> {
  /** What a sampler hears. */
  public sealed interface Command {}

  /** Makes a grid of every snapshot whose step is a multiple of {@code every}; 0 is none. */
  public record Follow(ActorRef<EmaKeeper.Command> emaKeeper, long every) implements Command {}

  /** Commands without parameters. */
  public enum Order implements Command {
    /** Makes a grid of the present average. */
    SAMPLE
  }

  /**
   * Makes pictures of the present average and writes them as one PNG below pictures/.
   *
   * @param name of the file, behind the step
   * @param text what they are, in words
   * @param asker is handed back with the event
   */
  public record Pictures(
      DrawnPictures pictures, String name, String text, ActorRef<RunAnswer> asker)
      implements Command {
    /**
     * What an order means for a run.
     *
     * @param names of the dataset's classes
     * @throws IllegalArgumentException if there are no such pictures; says what is wrong
     */
    public static Pictures of(
        PictureOrder order, RunSettings settings, List<String> names, ActorRef<RunAnswer> asker) {
      boolean classless = !NetworkFamily.of(settings.network()).isConditional(settings.network());
      ClassNames classes = ClassNames.of(names, classless ? 1 : names.size());
      OptionalInt chosen = OptionalInt.empty();
      if (order.label().isPresent()) {
        chosen = classes.label(order.label().get());
        if (chosen.isEmpty()) {
          throw new IllegalArgumentException(classes.noClass(order.label().get()));
        }
      }
      if (order.truncation().isPresent()) {
        DrawnPictures.misfit(order.truncation().getAsDouble())
            .ifPresent(
                misfit -> {
                  throw new IllegalArgumentException("truncation: " + misfit);
                });
      }
      int count = order.pictures();
      if (count < 1 || count > PictureOrder.MAX_COUNT) {
        throw new IllegalArgumentException(
            "count: %d is not from 1 to %d; more are made from a checkpoint, by 'troupe sample'"
                .formatted(count, PictureOrder.MAX_COUNT));
      }
      DrawnPictures pictures =
          DrawnPictures.of(
              settings.network(),
              classes.count(),
              chosen,
              order.truncation(),
              count,
              order.seed().orElse(settings.seed()));
      Optional<String> ofClass = chosen.stream().mapToObj(classes::name).findFirst();
      return new Pictures(pictures, order.fileName(ofClass), order.text(ofClass), asker);
    }
  }

  private record SnapshotArrived(EmaKeeper.Snapshot snapshot) implements Command {}

  /** What a sampler says. */
  public sealed interface Event {}

  /** It has started, or started again, and follows nobody. */
  public record Ready() implements Event {}

  /** A grid is on disk. */
  public record GridWritten(long step, Path file, double seconds) implements Event {}

  /** A grid, or some of those of single classes beside it, could not be written. */
  public record GridFailed(long step, String reason) implements Event {}

  /** Pictures that were asked for are on disk. */
  public record PicturesWritten(long step, Pictures wanted, Path file, double seconds)
      implements Event {}

  /** Pictures that were asked for could not be made or written. */
  public record PicturesFailed(long step, Pictures wanted, String reason) implements Event {}

  /** Makes generators for pictures that are asked for. */
  public interface Generators {
    /** A generator that truncates styles so far. */
    GeneratorSampler make(double psi);
  }

  private static final int MAX_BATCH = 64;

  private final RunSettings settings;
  private final List<String> classes;
  private final RunDirectory directory;
  private final ActorRef<Event> listener;
  private final SnapshotSource source;
  private final GeneratorSampler generator;
  private final Generators others;

  private Sampler(
      ActorContext<Command> context,
      RunSettings settings,
      List<String> classes,
      RunDirectory directory,
      GeneratorSampler generator,
      Generators others,
      ActorRef<Event> listener) {
    super(context);
    this.others = others;
    this.settings = settings;
    this.classes = classes;
    this.directory = directory;
    this.generator = generator;
    this.listener = listener;
    source =
        new SnapshotSource(context.messageAdapter(EmaKeeper.Snapshot.class, SnapshotArrived::new));
    listener.tell(new Ready());
  }

  /**
   * A sampler.
   *
   * @param classes their names
   * @param generator makes the sampler's own generator; called at each start
   * @param others makes those for pictures that are asked for
   */
  public static Behavior<Command> create(
      RunSettings settings,
      List<String> classes,
      RunDirectory directory,
      Supplier<GeneratorSampler> generator,
      Generators others,
      ActorRef<Event> listener) {
    return Behaviors.setup(
        context ->
            new Sampler(context, settings, classes, directory, generator.get(), others, listener));
  }

  /** Pictures made at a time for a grid of a size. */
  public static int batch(int pictures) {
    return Math.min(MAX_BATCH, pictures);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Follow.class, this::onFollow)
        .onMessageEquals(Order.SAMPLE, this::onSample)
        .onMessage(Pictures.class, this::onPictures)
        .onMessage(SnapshotArrived.class, this::onSnapshot)
        .onSignal(PreRestart.class, signal -> onFailure())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onFollow(Follow message) {
    source.follow(message.emaKeeper(), message.every());
    return this;
  }

  private Behavior<Command> onSample() {
    if (!source.ask(Order.SAMPLE)) {
      listener.tell(new GridFailed(0, "training has not started"));
    }
    return this;
  }

  private Behavior<Command> onPictures(Pictures message) {
    if (!source.ask(message)) {
      listener.tell(new PicturesFailed(0, message, "training has not started"));
    }
    return this;
  }

  private Behavior<Command> onSnapshot(SnapshotArrived message) {
    if (!source.isWanted(message.snapshot())) {
      return this;
    }
    if (message.snapshot().purpose().orElse(null) instanceof Pictures wanted) {
      writePictures(message.snapshot(), wanted);
    } else {
      writeGrid(message);
    }
    return this;
  }

  private void writePictures(EmaKeeper.Snapshot snapshot, Pictures wanted) {
    long start = System.nanoTime();
    long step = snapshot.step();
    DrawnPictures pictures = wanted.pictures();
    try (GeneratorSampler own = loaded(snapshot, pictures.psi())) {
      Path file =
          directory
              .pictures()
              .resolve(String.format(Locale.ROOT, "step-%09d-%s.png", step, wanted.name()));
      ImageBatches images =
          new ImageBatches(own, settings.network().latentSize(), pictures.source());
      new PictureWriter(images, pictures.count()).grid(file, pictures.layout());
      listener.tell(new PicturesWritten(step, wanted, file, (System.nanoTime() - start) * 1e-9));
    } catch (IOException e) {
      getContext().getLog().warn("cannot write pictures of step {}", step, e);
      listener.tell(new PicturesFailed(step, wanted, Supervision.describe(e)));
    }
  }

  /** Gives the snapshot back before pictures are made: others may need its buffer. */
  private GeneratorSampler loaded(EmaKeeper.Snapshot snapshot, double psi) {
    try (Lease<FloatVector> lease = snapshot.average()) {
      GeneratorSampler made = others.make(psi);
      made.load(lease.value());
      return made;
    }
  }

  private void writeGrid(SnapshotArrived message) {
    long start = System.nanoTime();
    long step = message.snapshot().step();
    try (Lease<FloatVector> lease = message.snapshot().average()) {
      generator.load(lease.value());
    }
    String name = String.format(Locale.ROOT, "step-%09d", step);
    Path file = directory.samples().resolve(name + ".png");
    try {
      SampleGrids grids = new SampleGrids(settings.sampling(), generator.spec());
      generate(grids);
      grids.write(file);
      try {
        grids.writeSingle(directory.classGrids().resolve(name), classes);
      } finally {
        listener.tell(new GridWritten(step, file, (System.nanoTime() - start) * 1e-9));
      }
    } catch (IOException e) {
      getContext().getLog().warn("cannot write all grids of step {}", step, e);
      listener.tell(new GridFailed(step, Supervision.describe(e)));
    }
  }

  /** Image i is of class i mod classes: every batch holds all classes in equal parts. */
  private void generate(SampleGrids grids) throws IOException {
    DrawnLatents latents =
        new DrawnLatents(
            settings.seed(), OptionalDouble.empty(), OptionalInt.empty(), classes.size());
    new ImageBatches(generator, settings.network().latentSize(), latents)
        .forEach(
            grids.pictures(),
            (images, first, length) -> {
              for (int row = 0; row < length; row++) {
                grids.set(first + row, images, row * generator.pictureLength());
              }
            });
  }

  /** Until it has started again it must not hoard snapshots, of which there are few. */
  private Behavior<Command> onFailure() {
    source.leave();
    return onEnd();
  }

  private Behavior<Command> onEnd() {
    generator.close();
    return this;
  }
}
