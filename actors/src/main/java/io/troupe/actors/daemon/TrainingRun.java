package io.troupe.actors.daemon;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.AskPattern;
import io.troupe.config.TrainingSettings;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.InitialValues;
import io.troupe.actors.checkpoint.Resumption;
import io.troupe.actors.checkpoint.TakenValues;
import io.troupe.actors.control.RunHttpServer;
import io.troupe.actors.evaluation.EvaluationRules;
import io.troupe.actors.history.DatasetFacts;
import io.troupe.actors.listening.Listeners;
import io.troupe.actors.loop.MicroBatchChoice;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.run.AnswerTimes;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.RunAnswer;
import io.troupe.actors.run.RunCommand;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.run.RunState;
import io.troupe.actors.run.SettingsChange;
import io.troupe.actors.run.Status;
import io.troupe.actors.supervision.Mailboxes;
import io.troupe.config.CommandHint;
import io.troupe.config.Difference;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.config.files.IoReason;
import io.troupe.data.Augmentation;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.data.fetch.CacheFolder;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.kernels.Bfloat16Measurement;
import io.troupe.models.kernels.NativeBackend;
import io.troupe.models.kernels.Processor;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.networks.NetworkFamily;
import io.troupe.models.training.FreezeD;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.StepConvolutions;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run in this process, from its start to its end. */
public final class TrainingRun {
  /**
   * How a run ended.
   *
   * @param step its last
   * @param complete whether all steps are done
   * @param failed whether it ended by an error
   */
  public record Outcome(long step, boolean complete, boolean failed, String message) {}

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration STOP_TIMEOUT = AnswerTimes.SOON;

  private final ActorSystem<Daemon.Command> system;
  private final RunContext runContext;
  private final RunLock lock;
  private final Resumption resumption;
  private final List<Choice> choices;
  private final Optional<TakenValues> taken;
  private final Deque<AutoCloseable> resources;

  private TrainingRun(
      ActorSystem<Daemon.Command> system,
      RunContext runContext,
      RunLock lock,
      Resumption resumption,
      List<Choice> choices,
      Optional<TakenValues> taken,
      Deque<AutoCloseable> resources) {
    this.system = system;
    this.runContext = runContext;
    this.lock = lock;
    this.resumption = resumption;
    this.choices = choices;
    this.taken = taken;
    this.resources = resources;
  }

  /**
   * Locks the run directory, opens the data, builds the networks, restores the newest checkpoint if
   * there is one, writes the settings, and starts the company.
   *
   * @param progress hears how far opening the data is, if that takes its time; from any thread
   * @throws RunException if it cannot start; the message says why and what to do
   */
  public static TrainingRun start(
      RunSettings settings, Path runDirectory, Consumer<String> progress) throws RunException {
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    try {
      return start(settings, new RunDirectory(runDirectory), progress, resources);
    } catch (RunException | RuntimeException | Error e) {
      close(resources);
      throw e;
    } catch (IOException e) {
      close(resources);
      throw new RunException(
          "cannot use the run directory %s: %s".formatted(runDirectory, IoReason.of(e)), e);
    }
  }

  /** As {@link #start(RunSettings, Path, Consumer)}, and nobody hears of progress. */
  public static TrainingRun start(RunSettings settings, Path runDirectory) throws RunException {
    return start(settings, runDirectory, text -> {});
  }

  private static TrainingRun start(
      RunSettings wanted,
      RunDirectory directory,
      Consumer<String> progress,
      Deque<AutoCloseable> resources)
      throws RunException, IOException {
    Files.createDirectories(directory.root());
    RunLock lock =
        RunLock.tryLock(directory)
            .orElseThrow(
                () ->
                    new RunException(
                        "another daemon holds %s (process id in %s); '%s' ends it, and another --run-dir is another run beside it"
                            .formatted(
                                directory.root(),
                                directory.pid(),
                                CommandHint.of("stop", "--run-dir", directory.root()))));
    resources.push(lock);
    Files.deleteIfExists(directory.url());
    String id = UUID.randomUUID().toString();
    AtomicFile.replace(directory.id(), id + "\n");
    RunMetrics metrics =
        new RunMetrics(
            version(),
            NativeBackend.name(),
            Arrays.stream(RunState.values()).map(RunState::label).toList());
    metrics.state(
        RunState.STARTING.label(), Arrays.stream(RunState.values()).map(RunState::label).toList());
    metrics.run(directory.name(), wanted.preset(), wanted.dataset().kind(), version());
    RunHttpServer server = RunHttpServer.start(wanted.control(), directory, id, metrics.registry());
    resources.push(server);
    AtomicFile.replace(directory.url(), server.address() + "\n");
    DatasetNotes notes = new DatasetNotes(progress.andThen(server::starting));
    Dataset dataset = Datasets.open(wanted.dataset(), wanted.seed(), notes);
    server.starting("its networks are being prepared");
    ImageSpec spec =
        new ImageSpec(dataset.width(), dataset.channels(), dataset.classNames().size());
    requireFit(wanted, spec);
    PrecisionChoice.Decided decided =
        PrecisionChoice.of(
            wanted,
            Resumption.recorded(directory),
            Processor.bfloat16(),
            mixed ->
                Bfloat16Measurement.run(
                    StepConvolutions.of(mixed, spec),
                    CacheFolder.ofUser().root().resolve("convolutions.txt")));
    MicroBatchChoice.Chosen chosen =
        new MicroBatchChoice(decided.settings(), spec, CompiledGraph::plan)
            .choose(Resumption.recorded(directory));
    Optional<InitialValues> initial = InitialValues.of(wanted, spec, directory);
    initial.ifPresent(resources::push);
    RunSettings settings =
        initial
            .map(values -> chosen.settings().with(values.taken().source()))
            .orElse(chosen.settings());
    List<Choice> choices =
        Stream.concat(decided.choices().stream(), chosen.choice().stream()).toList();
    choices.forEach(choice -> LOG.info("chosen: {}", choice));
    Resumption resumption = new Resumption(directory, settings);
    resumption.requireSameNetworks(spec);
    requireEnough(settings, dataset);
    Optional<String> noScores = EvaluationRules.check(settings.evaluation(), dataset);
    noScores.ifPresent(why -> LOG.warn("evaluations will be refused: {}", why));
    CheckpointStore store =
        new CheckpointStore(directory.checkpoints(), settings.preset(), settings.seed());
    NativeBackend.useThreads(settings.compute());
    ProgramCompiler compiler = CompiledGraph::compile;
    OwnedTraining owned = new OwnedTraining(settings, spec, compiler, CompiledGraph::plan);
    resources.push(owned);
    TrainingState state = new TrainingState(owned.present());
    resources.push(state);
    resumption.restore(store, owned.present(), state, initial);
    long step = state.progress().step();
    SettingsHistory history = resumption.history(step);
    owned.change(history.at(step + 1));
    GanTraining training = owned.present();
    LOG.info(
        "preset {}, seed {}; {} pictures in {} classes; generator {} and discriminator {} parameters;"
            + " {} MB planned for the steps' intermediate results; going on after step {}",
        settings.preset(),
        settings.seed(),
        dataset.size(),
        dataset.classNames().size(),
        training.generator().values().layout().trainableLength(),
        training.discriminator().values().layout().trainableLength(),
        training.plannedBytes() / 1_000_000,
        step);
    initial.ifPresent(
        values -> values.taken().lines().forEach(line -> LOG.info("init from: {}", line)));
    resumption.changes().forEach(change -> LOG.info("changed: {}", change));
    resumption.rejected().forEach(reason -> LOG.warn("passed over a checkpoint: {}", reason));
    AtomicFile.replace(directory.config(), SettingsLoader.render(history));
    new DatasetFacts(dataset.classNames(), dataset.width(), dataset.size()).write(directory);
    RunContext runContext =
        new RunContext(
            version(),
            history,
            directory,
            dataset,
            noScores,
            owned,
            state,
            compiler,
            store,
            metrics,
            server,
            Listeners.of(history.newest()),
            new CompletableFuture<>());
    return launch(
        runContext, notes, lock, resumption, choices, initial.map(InitialValues::taken), resources);
  }

  private static TrainingRun launch(
      RunContext runContext,
      DatasetNotes notes,
      RunLock lock,
      Resumption resumption,
      List<Choice> choices,
      Optional<TakenValues> taken,
      Deque<AutoCloseable> resources) {
    ActorSystem<Daemon.Command> system =
        ActorSystem.create(
            Daemon.create(runContext), "troupe", ConfigFactory.load(), Mailboxes.ownThread());
    system.tell(
        new Daemon.GoesOn(
            SettingsChange.ofStart(resumption.changes(), runContext.start().progress().step()),
            resumption.rejected(),
            choices,
            taken));
    notes.listen(note -> system.tell(new Daemon.DatasetNoted(note)));
    TrainingRun run =
        new TrainingRun(system, runContext, lock, resumption, choices, taken, resources);
    CoordinatedShutdown.get(Adapter.toClassic(system))
        .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "last-checkpoint", run::shutDown);
    lock.keep(run::leave);
    return run;
  }

  private static void requireFit(RunSettings settings, ImageSpec spec) throws RunException {
    Optional<String> misfit =
        NetworkFamily.of(settings.network())
            .misfit(settings.network(), spec)
            .or(() -> Augmentation.misfit(settings.augmentation(), spec.channels()))
            .or(() -> FreezeD.misfit(settings, spec));
    if (misfit.isPresent()) {
      throw new RunException(misfit.get());
    }
  }

  private static void requireEnough(RunSettings settings, Dataset dataset) throws RunException {
    int pictures = settings.training().imagesPerStep();
    if (dataset.size() < pictures) {
      throw new RunException(
          ("the dataset has %d pictures, and a step takes %d (training.batch x"
                  + " training.discriminator-steps); make training.batch smaller or use a larger"
                  + " dataset")
              .formatted(dataset.size(), pictures));
    }
  }

  private static String version() {
    String version = TrainingRun.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** The company's actors. */
  ActorSystem<Daemon.Command> system() {
    return system;
  }

  /** The control server. */
  public URI address() {
    return runContext.server().address();
  }

  /** What this start changed of the run's settings. */
  public List<Difference> changes() {
    return resumption.changes();
  }

  /** What this start chose of what the settings leave to the program. */
  public List<Choice> choices() {
    return choices;
  }

  /** Which values of another run's checkpoint the run began with; at its first start only. */
  public Optional<TakenValues> taken() {
    return taken;
  }

  /** Which of the discriminator's parameters are not trained, in words; empty if all are. */
  public Optional<String> frozen() {
    GanTraining training = runContext.owned().present();
    RunSettings settings = runContext.settings();
    return settings.training().freezeD() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the discriminator's blocks %s: %,d of its %,d parameters; steps plan %,d MB",
                String.join(", ", FreezeD.places(settings, training.spec())),
                training.discriminator().frozenParameters(),
                training.discriminator().values().layout().trainableLength(),
                training.plannedBytes() / 1_000_000));
  }

  /** How a step's batch is computed, in words. */
  public String batch() {
    TrainingSettings training = runContext.settings().training();
    return training.imagesAtOnce() == training.batch()
        ? "%d images a step, all at once".formatted(training.batch())
        : "%d images a step, in micro-batches of %d"
            .formatted(training.batch(), training.imagesAtOnce());
  }

  /** Newer checkpoints that could not be used, each with its reason. */
  public List<String> rejectedCheckpoints() {
    return resumption.rejected();
  }

  /** How the run is; fails when it has ended. */
  public CompletionStage<Status> status() {
    return ask(RunCommand.GetStatus::new, STATUS_TIMEOUT);
  }

  /**
   * How the run has ended, when the journal says so too; the daemon of a failed run stays up for a
   * while after that, as supervision.failed-minutes says.
   */
  public CompletionStage<Outcome> outcome() {
    return runContext.outcome();
  }

  /** Gives the daemon a command. */
  CompletionStage<RunAnswer> command(
      Function<ActorRef<RunAnswer>, RunCommand> command, Duration timeout) {
    return ask(command, timeout);
  }

  private <T> CompletionStage<T> ask(Function<ActorRef<T>, RunCommand> command, Duration timeout) {
    return AskPattern.ask(
        system,
        (ActorRef<T> replyTo) -> new Daemon.Heard(command.apply(replyTo)),
        timeout,
        system.scheduler());
  }

  /** A signal stops the run. If the actor system ends by itself, an Error made it: a failure. */
  private CompletionStage<Done> shutDown() {
    boolean bySystem =
        CoordinatedShutdown.get(Adapter.toClassic(system))
            .getShutdownReason()
            .filter(CoordinatedShutdown.actorSystemTerminateReason()::equals)
            .isPresent();
    if (!bySystem || runContext.outcome().isDone()) {
      return stop();
    }
    system.tell(new Daemon.Broken(new IllegalStateException("a fatal error; see daemon.log")));
    return runContext.outcome().thenApply(outcome -> Done.getInstance());
  }

  /** The folder is another daemon's now, or was moved or deleted. */
  private CompletionStage<?> leave() {
    if (lock.isLost()) {
      return stop();
    }
    Path root = runContext.directory().root();
    system.tell(
        new Daemon.FolderGone(
            ("%s was moved or deleted while the daemon held it; the run's last checkpoint is in the"
                    + " folder of that name made anew")
                .formatted(root)));
    return runContext.outcome();
  }

  /** Ends the run with a last checkpoint, as a signal to the process does. */
  public CompletionStage<Done> stop() {
    if (runContext.outcome().isDone()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return command(RunCommand.Stop::new, STOP_TIMEOUT)
        .thenCompose(answer -> runContext.outcome())
        .thenApply(outcome -> Done.getInstance());
  }

  /** Waits until the run has ended and everything is closed. */
  public Outcome await() throws InterruptedException {
    try {
      system.getWhenTerminated().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the actor system did not end properly", e);
    }
    close(resources);
    Outcome outcome =
        runContext
            .outcome()
            .getNow(
                new Outcome(
                    0, false, true, "the daemon failed; see " + runContext.directory().log()));
    return lock.isLost()
        ? new Outcome(
            outcome.step(),
            outcome.complete(),
            true,
            "ended, because another daemon holds %s since its .lock and daemon.pid were deleted"
                .formatted(runContext.directory().root()))
        : outcome;
  }

  private static void close(Deque<AutoCloseable> resources) {
    while (!resources.isEmpty()) {
      AutoCloseable resource = resources.pop();
      try {
        resource.close();
      } catch (Exception e) {
        LOG.warn("cannot close {}", resource, e);
      }
    }
  }
}
