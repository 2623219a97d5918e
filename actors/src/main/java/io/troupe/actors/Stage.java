package io.troupe.actors;

import io.troupe.actors.checkpoint.CheckpointStore;
import io.troupe.actors.monitoring.RunMetrics;
import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.metrics.RandomFeatures;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.GeneratorSampler;
import io.troupe.models.training.TrainingState;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * What the daemon runs with. All of it is lent until the actor system has terminated.
 *
 * @param start where training goes on; also the buffer that later rollbacks load into
 * @param controlAddress gets the control server's address
 * @param outcome gets how the run ended
 */
record Stage(
    String version,
    RunSettings settings,
    RunDirectory directory,
    Dataset dataset,
    GanTraining training,
    TrainingState start,
    ProgramCompiler compiler,
    CheckpointStore store,
    RunMetrics metrics,
    CompletableFuture<URI> controlAddress,
    CompletableFuture<TrainingRun.Outcome> outcome) {

  int classes() {
    return dataset.classNames().size();
  }

  /** What an evaluator works with. */
  Evaluation evaluation() {
    RunSettings.Evaluation evaluation = settings.evaluation();
    return new Evaluation(
        settings,
        dataset,
        generator(evaluation.batch(), evaluation.batchNorm()),
        new RandomFeatures(dataset.height(), dataset.width()));
  }

  /** What a sampler works with. */
  GeneratorSampler gridGenerator() {
    RunSettings.Sampling sampling = settings.sampling();
    return generator(Sampler.batch(classes() * sampling.perClass()), sampling.batchNorm());
  }

  private GeneratorSampler generator(int batch, RunSettings.BatchNormMode batchNorm) {
    return new GeneratorSampler(
        settings.network(), classes(), new GeneratorSampler.Use(batch, batchNorm), compiler);
  }
}
