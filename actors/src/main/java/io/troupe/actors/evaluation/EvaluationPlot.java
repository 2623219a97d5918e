package io.troupe.actors.evaluation;

import io.troupe.actors.supervision.Supervision;
import io.troupe.config.RunSettings;
import io.troupe.metrics.FeatureSample;
import io.troupe.metrics.plots.FeaturePlot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plot of some features of real and generated pictures that each evaluation draws, some of it
 * at a time. What goes wrong with it costs no scores.
 */
final class EvaluationPlot {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationPlot.class);

  /** Steps of placing features that are done at a time; some tens of milliseconds. */
  private static final int STEPS = 10;

  private final RunSettings.Evaluation settings;
  private final RealFeatures real;
  private final List<String> classNames;
  private final PlotTarget target;
  private Optional<FeatureSample> sample = Optional.empty();
  private Optional<FeaturePlot> plot = Optional.empty();
  private Optional<String> failure = Optional.empty();

  /**
   * Plots of a run's evaluations.
   *
   * @param classNames by label
   * @param target takes each
   */
  EvaluationPlot(
      RunSettings.Evaluation settings,
      RealFeatures real,
      List<String> classNames,
      PlotTarget target) {
    this.settings = settings;
    this.real = real;
    this.classNames = classNames;
    this.target = target;
  }

  /** How many generated pictures are in it. */
  private int plotted() {
    return Math.min(settings.tsneImages(), settings.images());
  }

  /** Bytes that it holds while pictures are generated. */
  long sampleBytes(int dimension) {
    return FeatureSample.bytes(plotted(), dimension);
  }

  /** Bytes that drawing takes. */
  long workBytes() {
    return FeaturePlot.workBytes(real.plotted() + plotted());
  }

  /** Begins with the next one. */
  void begin() {
    drop();
    failure = Optional.empty();
  }

  /** Makes room for features of generated pictures, if there are enough for a plot. */
  void collect(int dimension) {
    if (real.plotted() + plotted() >= FeaturePlot.FEWEST) {
      sample = Optional.of(new FeatureSample(dimension, settings.images(), plotted()));
    }
  }

  /** Takes features of generated pictures. */
  void add(float[] features, int[] labels, int count) {
    sample.ifPresent(some -> some.add(features, labels, count));
  }

  /**
   * Does some of the work, when all pictures are there; whether there is more to do.
   *
   * @param step of the generator, for the title
   */
  boolean advance(long step) {
    if (sample.isEmpty()) {
      return false;
    }
    try {
      if (plot.isEmpty()) {
        plot = Optional.of(new FeaturePlot(real.sample(), sample.get()));
      }
      FeaturePlot present = plot.get();
      for (int i = 0; i < STEPS; i++) {
        if (!present.advance()) {
          target.take(present.png("those of step " + step, classNames));
          drop();
          return false;
        }
      }
      return true;
    } catch (IOException | RuntimeException | Error e) {
      // Scores are worth more than a plot, which a full disk prevents, or a Java without fonts, by
      // an Error.
      failed(e);
      drop();
      return false;
    }
  }

  private void failed(Throwable cause) {
    LOG.warn("there is no plot of features: {}", cause.toString());
    failure = Optional.of(Supervision.describe(cause));
  }

  /** Takes one that another process has drawn; why it is not kept, if it is not. */
  Optional<String> adopt(byte[] png) {
    begin();
    try {
      target.take(png);
    } catch (IOException e) {
      failed(e);
    }
    return failure;
  }

  /** Why there is none, if there should be one. */
  Optional<String> failure() {
    return failure;
  }

  /** Forgets what was collected. */
  void drop() {
    sample = Optional.empty();
    plot = Optional.empty();
  }
}
