package io.troupe.actors.daemon;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.control.RunHttpServer;
import io.troupe.actors.evaluation.Evaluation;
import io.troupe.actors.evaluation.PlotTarget;
import io.troupe.actors.evaluation.Reference;
import io.troupe.actors.journal.RunCurves;
import io.troupe.actors.listening.RunListener;
import io.troupe.actors.loop.OwnedTraining;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.actors.remote.RemoteJobs;
import io.troupe.actors.run.Helper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.sampling.DrawnPictures;
import io.troupe.actors.sampling.Sampler;
import io.troupe.actors.supervision.HeapSpace;
import io.troupe.config.RunSettings;
import io.troupe.config.SettingsHistory;
import io.troupe.data.Augmentation;
import io.troupe.data.Dataset;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon runs with. All of it is lent until the actor system has terminated.
 *
 * @param history the settings through the run's steps, as they are recorded
 * @param noScores why the scores that the settings choose cannot be computed of the dataset, and
 *     what to set; then nothing is evaluated
 * @param owned the networks, with the settings of the step in which training goes on
 * @param compiler of what is computed where training is
 * @param evaluations compiles what makes the pictures of evaluations
 * @param start where training goes on; also the buffer that later rollbacks load into
 * @param server the HTTP server, which does not know the daemon yet
 * @param listeners that the settings want; the actor of each closes it
 * @param remote where work beside training may be done, if not here
 * @param outcome gets how the run ended
 */
record RunContext(
    String version,
    SettingsHistory history,
    RunDirectory directory,
    Dataset dataset,
    Optional<String> noScores,
    OwnedTraining owned,
    TrainingState start,
    ProgramCompiler compiler,
    ProgramCompiler evaluations,
    CheckpointStore store,
    RunMetrics metrics,
    RunHttpServer server,
    List<RunListener> listeners,
    Optional<RemoteJobs> remote,
    CompletableFuture<TrainingRun.Outcome> outcome) {

  private static final Logger LOG = LoggerFactory.getLogger(RunContext.class);

  /** What holds after all recorded changes. */
  RunSettings settings() {
    return history.newest();
  }

  /** Why settings cannot hold with this dataset, as far as a change can bring it about. */
  Optional<String> misfit(RunSettings changed) {
    return Augmentation.misfit(changed.augmentation(), dataset.channels())
        .or(() -> changed.evaluation().every() > 0 ? noScores : Optional.empty());
  }

  /** The networks as they are now. */
  GanTraining training() {
    return owned.present();
  }

  /** Those that may fail while training goes on. */
  List<Helper> helpers() {
    return Stream.concat(
            Helper.OWN.stream(), listeners.stream().map(listener -> new Helper(listener.name())))
        .toList();
  }

  /** What the networks are made for. */
  ImageSpec spec() {
    return training().spec();
  }

  /** The score of the best checkpoint so far. */
  OptionalDouble bestValue() {
    try {
      return store.best().value();
    } catch (IOException e) {
      LOG.warn("the best checkpoint's score is not known; ranking begins anew", e);
      return OptionalDouble.empty();
    }
  }

  /** What the run's journal has so far; empty if it cannot be read. */
  Optional<RunCurves> journalled() {
    try {
      if (!Files.exists(directory.events())) {
        return Optional.empty();
      }
      RunCurves curves = RunCurves.read(RunCurves.reader(directory));
      if (curves.unreadable() > 0) {
        LOG.warn("{} lines of {} cannot be read", curves.unreadable(), directory.events());
      }
      return Optional.of(curves);
    } catch (IOException e) {
      LOG.warn("earlier scores are not known", e);
      return Optional.empty();
    }
  }

  /**
   * How many events {@code step} a journal lacks of those before the point where training goes on:
   * a daemon that could not write it was killed, or ended without. Unknown counts as none.
   *
   * @param journalled what it has
   */
  long lostSteps(Optional<RunCurves> journalled) {
    if (journalled.isEmpty() && Files.exists(directory.events())) {
      return 0; // It cannot be read.
    }
    long every = settings().journal().every();
    long last = journalled.map(RunCurves::lastStep).orElse(0L);
    return Math.max(0, start.progress().step() / every - last / every);
  }

  /** What an evaluator works with. */
  Evaluation evaluation() {
    RunSettings settings = settings();
    RunSettings.Evaluation evaluation = settings.evaluation();
    Evaluation made =
        new Evaluation(
            settings,
            generator(evaluation.batch(), evaluation.batchNorm(), evaluations),
            Reference.open(settings, dataset),
            PlotTarget.file(directory.metrics().resolve("tsne.png")));
    try {
      HeapSpace.require(
          made.bytes(), "an evaluation with evaluation.images = " + evaluation.images());
    } catch (IllegalStateException e) {
      made.close();
      throw e;
    }
    LOG.info("evaluation: at most {} MB of features and statistics", made.bytes() / 1_000_000);
    return made;
  }

  /** What a sampler works with. */
  GeneratorSampler gridGenerator() {
    RunSettings.Sampling sampling = settings().sampling();
    return generator(
        Sampler.batch(spec().classes() * sampling.perClass()), sampling.batchNorm(), compiler);
  }

  /** What pictures are made with that somebody asks for. */
  GeneratorSampler pictureGenerator(double psi) {
    return new GeneratorSampler(
        settings().network(),
        spec(),
        new GeneratorSampler.Use(DrawnPictures.BATCH, settings().sampling().batchNorm(), psi, true),
        compiler);
  }

  private GeneratorSampler generator(
      int batch, RunSettings.BatchNormMode batchNorm, ProgramCompiler by) {
    return new GeneratorSampler(
        settings().network(), spec(), new GeneratorSampler.Use(batch, batchNorm), by);
  }
}
