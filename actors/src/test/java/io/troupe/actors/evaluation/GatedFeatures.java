package io.troupe.actors.evaluation;

import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.extractors.Extractors;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GeneratorSampler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The mean of each picture, computed when a test allows it, and remembered. */
final class GatedFeatures implements FeatureExtractor {
  private final Semaphore allowed = new Semaphore(0);
  private final Semaphore entered = new Semaphore(0);
  private final AtomicInteger untilFailure = new AtomicInteger();
  private final AtomicInteger untilError = new AtomicInteger();
  private final List<Double> means = new ArrayList<>();

  /** An evaluation with these features. */
  Evaluation evaluation(
      RunSettings settings, Dataset dataset, Optional<ReferenceCache> cache, Path plot) {
    return new Evaluation(
        settings,
        new GeneratorSampler(
            settings.network(),
            ImageSpec.rgb(32, dataset.classNames().size()),
            new GeneratorSampler.Use(
                settings.evaluation().batch(), settings.evaluation().batchNorm()),
            CompiledGraph::compile),
        new Reference(
            dataset,
            new Extractors.Chosen(this, Optional.empty(), "none"),
            new RealFeatures(settings, dataset, cache)),
        PlotTarget.file(plot));
  }

  /** So many batches may be looked at. */
  void allow(int batches) {
    allowed.release(batches);
  }

  /** Waits until one more batch has come, allowed or not. */
  void awaitBatch() {
    entered.acquireUninterruptibly();
  }

  /** The n-th batch from now on fails; n from 1. */
  void failAt(int n) {
    untilFailure.set(n);
  }

  /** The n-th batch from now on ends by an Error; n from 1. */
  void endAt(int n) {
    untilError.set(n);
  }

  /** What was computed so far, in order. */
  List<Double> means() {
    synchronized (means) {
      return List.copyOf(means);
    }
  }

  @Override
  public String name() {
    return "mean";
  }

  @Override
  public int dimension() {
    return 1;
  }

  @Override
  public void extract(float[] images, int count, float[] features) {
    entered.release();
    allowed.acquireUninterruptibly();
    if (untilFailure.getAndDecrement() == 1) {
      throw new IllegalStateException("no features");
    }
    if (untilError.getAndDecrement() == 1) {
      throw new OutOfMemoryError("no memory");
    }
    int length = 32 * 32 * 3;
    for (int row = 0; row < count; row++) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += images[row * length + i];
      }
      features[row] = (float) (sum / length);
      synchronized (means) {
        means.add((double) features[row]);
      }
    }
  }
}
