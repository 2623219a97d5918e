package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.checkpoint.InitialValues;
import io.troupe.actors.checkpoint.Resumption;
import io.troupe.actors.control.RunHttpServer;
import io.troupe.actors.evaluation.EvaluationRules;
import io.troupe.actors.history.DatasetFacts;
import io.troupe.actors.journal.RunCurves;
import io.troupe.actors.listening.Listeners;
import io.troupe.actors.loop.MicroBatchChoice;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.NodeJobs;
import io.troupe.actors.run.Choice;
import io.troupe.actors.run.ComputeThreads;
import io.troupe.actors.run.FolderAccess;
import io.troupe.actors.run.Leftovers;
import io.troupe.actors.run.RunCompleteException;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunException;
import io.troupe.actors.run.RunLock;
import io.troupe.actors.run.RunState;
import io.troupe.config.CommandHint;
import io.troupe.config.RunSettings;
import io.troupe.config.RunSettings.Compute;
import io.troupe.config.SettingsHistory;
import io.troupe.config.SettingsLoader;
import io.troupe.config.files.AtomicFile;
import io.troupe.data.Augmentation;
import io.troupe.data.Dataset;
import io.troupe.data.Datasets;
import io.troupe.data.fetch.CacheFolder;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what a run needs before its company works, in the order in which one thing needs the other.
 */
final class RunPreparation {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final RunSettings wanted;
  private final RunDirectory directory;
  private final Resources resources;

  /**
   * A preparation.
   *
   * @param resources gets what is opened, at once
   */
  RunPreparation(RunSettings wanted, Path runDirectory, Resources resources) {
    this.wanted = wanted;
    this.directory = new RunDirectory(runDirectory);
    this.resources = resources;
  }

  /**
   * Settings in which nothing is left to the program.
   *
   * @param choices what was chosen
   */
  private record Decided(RunSettings settings, List<Choice> choices) {}

  /** As {@link PreparedRun#of}, but what was opened stays so if it fails. */
  PreparedRun prepare(Consumer<String> progress) throws RunException, IOException {
    RunLock lock = resources.add(lock());
    Leftovers.remove(directory);
    FolderAccess.writableByOthers(directory.root()).ifPresent(LOG::warn);
    String id = identify();
    ProgramCompiler compiler = EngineSelection.compiler(wanted.compute());
    ProgramCompiler evaluations = EngineSelection.ofEvaluations(wanted, compiler);
    RunMetrics metrics = metrics(compiler);
    RunHttpServer server =
        resources.add(
            RunHttpServer.start(
                wanted.control(),
                wanted.supervision().stalled(),
                directory,
                id,
                metrics.registry()));
    if (server.certificateSha256().isPresent()) {
      AtomicFile.replace(directory.certificate(), server.certificateSha256().get() + "\n");
    }
    AtomicFile.replace(directory.url(), server.address() + "\n");
    requireSize();
    ComputeThreads.require(wanted);
    Consumer<String> told = progress.andThen(server::starting);
    DatasetNotes notes = new DatasetNotes(told);
    Dataset dataset = Datasets.open(wanted.dataset(), wanted.seed(), notes);
    requireSquares(dataset);
    told.accept("the networks are being prepared");
    ImageSpec spec =
        new ImageSpec(dataset.width(), dataset.channels(), dataset.classNames().size());
    requireFit(spec);
    requireEnough(wanted, dataset);
    Decided decided = decide(spec, compiler);
    Optional<InitialValues> initial = InitialValues.of(wanted, spec, directory);
    initial.ifPresent(resources::add);
    RunSettings settings =
        initial
            .map(values -> decided.settings().with(values.taken().source()))
            .orElse(decided.settings());
    decided.choices().forEach(choice -> LOG.info("chosen: {}", choice));
    Resumption resumption = new Resumption(directory, settings);
    resumption.requireSameNetworks(spec);
    Optional<String> noScores = EvaluationRules.check(settings.evaluation(), dataset);
    noScores.ifPresent(why -> LOG.warn("evaluations will be refused: {}", why));
    CheckpointStore store =
        new CheckpointStore(directory.checkpoints(), settings.preset(), settings.seed());
    OwnedTraining owned =
        resources.add(new OwnedTraining(settings, spec, compiler, compiler.planner()));
    TrainingState state = resources.add(new TrainingState(owned.present()));
    try {
      resumption.restore(store, owned.present(), state, initial, noScores.isEmpty());
    } catch (RunCompleteException e) {
      redraw();
      throw e;
    }
    long step = state.progress().step();
    SettingsHistory history = resumption.history(step);
    owned.change(history.at(step + 1));
    log(settings, dataset, owned.present(), step);
    initial.ifPresent(
        values -> values.taken().lines().forEach(line -> LOG.info("init from: {}", line)));
    resumption.changes().forEach(change -> LOG.info("changed: {}", change));
    resumption.rejected().forEach(reason -> LOG.warn("passed over a checkpoint: {}", reason));
    AtomicFile.replace(directory.config(), SettingsLoader.render(history));
    new DatasetFacts(dataset.classNames(), dataset.width(), dataset.size()).write(directory);
    RunContext context =
        new RunContext(
            version(),
            history,
            directory,
            dataset,
            noScores,
            owned,
            state,
            compiler,
            evaluations,
            store,
            metrics,
            server,
            Listeners.of(history.newest()),
            NodeJobs.of(System.getenv()),
            new CompletableFuture<>());
    return new PreparedRun(
        context,
        lock,
        notes,
        resumption,
        decided.choices(),
        initial.map(InitialValues::taken),
        resources);
  }

  /** Plots of a run of which nothing else is left to do: somebody may have damaged one. */
  private void redraw() {
    try {
      RunCurves.read(RunCurves.reader(directory)).write(directory.metrics());
    } catch (IOException e) {
      LOG.warn("cannot draw the plots anew", e);
    }
  }

  private RunLock lock() throws RunException, IOException {
    Files.createDirectories(directory.root());
    return RunLock.tryLock(directory)
        .orElseThrow(
            () ->
                new RunException(
                    "another daemon holds %s (process id in %s); '%s' ends it, and another --run-dir is another run beside it"
                        .formatted(
                            directory.root(),
                            directory.pid(),
                            CommandHint.of("stop", "--run-dir", directory.root()))));
  }

  /** The identity of this daemon. From now on the folder no longer says where another one was. */
  private String identify() throws IOException {
    Files.deleteIfExists(directory.url());
    Files.deleteIfExists(directory.certificate());
    String id =
        Optional.ofNullable(System.getenv(RunDirectory.ID_VARIABLE))
            .orElseGet(() -> UUID.randomUUID().toString());
    AtomicFile.replace(directory.id(), id + "\n");
    return id;
  }

  private RunMetrics metrics(ProgramCompiler compiler) {
    List<String> states = Arrays.stream(RunState.values()).map(RunState::label).toList();
    Compute compute = wanted.compute();
    String backend =
        compute.engine() == Compute.Engine.NATIVE
            ? NativeBackend.name()
            : "torch on " + compute.device();
    RunMetrics metrics = new RunMetrics(version(), backend, states);
    metrics.engine(compiler.memory());
    metrics.state(RunState.STARTING.label(), states);
    metrics.run(directory.name(), wanted.preset(), wanted.dataset().kind(), version());
    return metrics;
  }

  private Decided decide(ImageSpec spec, ProgramCompiler compiler) throws RunException {
    PrecisionChoice.Decided precision =
        PrecisionChoice.of(
            wanted,
            Resumption.recorded(directory),
            Processor.bfloat16(),
            mixed ->
                Bfloat16Measurement.run(
                    StepConvolutions.of(mixed, spec),
                    CacheFolder.ofUser().root().resolve("convolutions.txt")));
    MicroBatchChoice.Chosen microBatch =
        new MicroBatchChoice(precision.settings(), spec, compiler.planner(), compiler.memory())
            .choose(Resumption.recorded(directory));
    return new Decided(
        microBatch.settings(),
        Stream.concat(precision.choices().stream(), microBatch.choice().stream()).toList());
  }

  /** Where settings say the size, before images of it are decoded, which may take minutes. */
  private void requireSize() throws RunException {
    Optional<String> misfit =
        Datasets.side(wanted.dataset())
            .flatMap(
                side ->
                    NetworkFamily.of(wanted.network())
                        .misfit(wanted.network(), ImageSpec.rgb(side, 1)));
    if (misfit.isPresent()) {
      throw new RunException(misfit.get());
    }
  }

  private static void requireSquares(Dataset dataset) throws RunException {
    if (dataset.width() != dataset.height()) {
      throw new RunException(
          ("the dataset's pictures are of %d x %d pixels (width x height), and networks make squares;"
                  + " cut or pad the arrays, or save the pictures as files, which are made squares"
                  + " as dataset.fit says")
              .formatted(dataset.width(), dataset.height()));
    }
  }

  private void requireFit(ImageSpec spec) throws RunException {
    Optional<String> misfit =
        NetworkFamily.of(wanted.network())
            .misfit(wanted.network(), spec)
            .or(() -> Augmentation.misfit(wanted.augmentation(), spec.channels()))
            .or(() -> FreezeD.misfit(wanted, spec));
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

  private static void log(RunSettings settings, Dataset dataset, GanTraining training, long step) {
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
  }

  private static String version() {
    String version = TrainingRun.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
