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
import io.troupe.actors.remote.JobException;
import io.troupe.actors.remote.JobKind;
import io.troupe.actors.remote.RemoteJobs;
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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

  /** What became of pictures that another node was to make. */
  private record RemoteEnded(
      RemoteJobs.Job job, Optional<RemoteJobs.Done> done, Optional<Throwable> failure)
      implements Command {}

  private record SnapshotArrived(EmaKeeper.Snapshot snapshot) implements Command {}

  /** What a sampler says. */
  public sealed interface Event {}

  /** It has started, or started again, and follows nobody. */
  public record Ready() implements Event {}

  /**
   * A grid is on disk.
   *
   * @param node of the fleet where its pictures were made, HOST:PORT; empty if in this process
   */
  public record GridWritten(long step, Path file, double seconds, Optional<String> node)
      implements Event {}

  /**
   * Another node was to make a grid's pictures and has not; they are made here.
   *
   * @param busy whether it is only that all nodes have too much to do
   */
  public record RemoteFailed(long step, String reason, boolean busy) implements Event {}

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

  /** Sooner than a run that has ended gives up its last grid. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RunSettings settings;
  private final List<String> classes;
  private final RunDirectory directory;
  private final ActorRef<Event> listener;
  private final SnapshotSource source;
  private final GeneratorSampler generator;
  private final Generators others;
  private final GridMaker maker;
  private final Optional<RemoteJobs> remote;
  private Optional<Elsewhere> elsewhere = Optional.empty();

  /** A grid whose pictures another node makes; this generator has its values. */
  private record Elsewhere(long step, long start, RemoteJobs.Job job) {}

  private Sampler(
      ActorContext<Command> context,
      RunSettings settings,
      List<String> classes,
      RunDirectory directory,
      GeneratorSampler generator,
      Generators others,
      Optional<RemoteJobs> remote,
      ActorRef<Event> listener) {
    super(context);
    this.others = others;
    this.remote = remote;
    this.settings = settings;
    this.classes = classes;
    this.directory = directory;
    this.generator = generator;
    maker = new GridMaker(settings, generator);
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
   * @param remote who makes grids' pictures instead, when somebody does
   */
  public static Behavior<Command> create(
      RunSettings settings,
      List<String> classes,
      RunDirectory directory,
      Supplier<GeneratorSampler> generator,
      Generators others,
      Optional<RemoteJobs> remote,
      ActorRef<Event> listener) {
    return Behaviors.setup(
        context ->
            new Sampler(
                context, settings, classes, directory, generator.get(), others, remote, listener));
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
        .onMessage(RemoteEnded.class, this::onRemoteEnded)
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
      beginGrid(message.snapshot());
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

  private void beginGrid(EmaKeeper.Snapshot snapshot) {
    // The next one needs the generator: the one before is not waited for.
    elsewhere.ifPresent(
        before -> {
          withdraw();
          writeHere(before.step(), before.start());
        });
    long start = System.nanoTime();
    long step = snapshot.step();
    Optional<byte[]> input;
    try (Lease<FloatVector> lease = snapshot.average()) {
      generator.load(lease.value());
      input = remote.filter(one -> one.take(JobKind.SAMPLE)).map(one -> maker.job(lease.value()));
    }
    if (input.isEmpty()) {
      writeHere(step, start);
      return;
    }
    RemoteJobs.Job job = remote.orElseThrow().begin(JobKind.SAMPLE, step, input.get(), share -> {});
    elsewhere = Optional.of(new Elsewhere(step, start, job));
    getContext()
        .pipeToSelf(
            job.end(),
            (done, failure) ->
                new RemoteEnded(job, Optional.ofNullable(done), Optional.ofNullable(failure)));
    getContext()
        .scheduleOnce(
            PATIENCE,
            getContext().getSelf(),
            new RemoteEnded(
                job, Optional.empty(), Optional.of(new JobException("it takes too long"))));
  }

  private Behavior<Command> onRemoteEnded(RemoteEnded message) {
    Optional<Elsewhere> grid = elsewhere.filter(one -> one.job().equals(message.job()));
    if (grid.isEmpty()) {
      return this; // It is there, or was made here meanwhile.
    }
    withdraw();
    long step = grid.get().step();
    try {
      RemoteJobs.Done done =
          message.done().orElseThrow(() -> JobException.of(message.failure().orElseThrow()));
      write(maker.of(done.output()), step, grid.get().start(), Optional.of(done.node()));
    } catch (JobException e) {
      getContext().getLog().warn("the grid of step {} is made here: {}", step, e.getMessage());
      listener.tell(new RemoteFailed(step, e.getMessage(), e.isBusy()));
      writeHere(step, grid.get().start());
    }
    return this;
  }

  /** Of what the generator has at present. */
  private void writeHere(long step, long start) {
    write(maker.make(), step, start, Optional.empty());
  }

  private void write(SampleGrids grids, long step, long start, Optional<String> node) {
    String name = String.format(Locale.ROOT, "step-%09d", step);
    Path file = directory.samples().resolve(name + ".png");
    try {
      grids.write(file);
      try {
        grids.writeSingle(directory.classGrids().resolve(name), classes);
      } finally {
        listener.tell(new GridWritten(step, file, (System.nanoTime() - start) * 1e-9, node));
      }
    } catch (IOException e) {
      getContext().getLog().warn("cannot write all grids of step {}", step, e);
      listener.tell(new GridFailed(step, Supervision.describe(e)));
    }
  }

  private void withdraw() {
    elsewhere.ifPresent(grid -> grid.job().withdraw());
    elsewhere = Optional.empty();
  }

  /** Until it has started again it must not hoard snapshots, of which there are few. */
  private Behavior<Command> onFailure() {
    source.leave();
    return onEnd();
  }

  private Behavior<Command> onEnd() {
    withdraw();
    generator.close();
    return this;
  }
}
