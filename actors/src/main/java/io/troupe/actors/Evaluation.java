package io.troupe.actors;

import io.troupe.config.RunSettings;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureAccumulator;
import io.troupe.metrics.FeatureExtractor;
import io.troupe.metrics.FrechetDistance;
import io.troupe.metrics.GaussianStatistics;
import io.troupe.models.training.GeneratorSampler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One evaluation after the other, a batch at a time: real statistics once, then generated pictures
 * and their distance. Owns the generator and the extractor.
 */
final class Evaluation implements AutoCloseable {
  private final RunSettings settings;
  private final Dataset dataset;
  private final GeneratorSampler generator;
  private final FeatureExtractor extractor;
  private final FeatureAccumulator real;
  private final float[] pictures;
  private final float[] features;
  private final int realCount;
  private Optional<FeatureAccumulator> fake = Optional.empty();
  private Optional<GaussianStatistics> realStatistics = Optional.empty();
  private int done;

  Evaluation(
      RunSettings settings,
      Dataset dataset,
      GeneratorSampler generator,
      FeatureExtractor extractor) {
    this.settings = settings;
    this.dataset = dataset;
    this.generator = generator;
    this.extractor = extractor;
    realCount = Math.min(settings.evaluation().images(), dataset.size());
    real = new FeatureAccumulator(extractor.dimension());
    pictures = new float[generator.batch() * generator.pictureLength()];
    features = new float[generator.batch() * extractor.dimension()];
  }

  /** Begins to evaluate a generator. */
  void begin(INDArray average) {
    generator.load(average);
    fake.ifPresent(FeatureAccumulator::close);
    fake = Optional.of(new FeatureAccumulator(extractor.dimension()));
    done = 0;
  }

  /** Does a batch's worth of work; the scores when it was the last. */
  Optional<Map<String, Double>> advance() {
    if (real.count() < realCount) {
      addReal((int) real.count(), Math.min(generator.batch(), realCount - (int) real.count()));
      return Optional.empty();
    }
    int total = settings.evaluation().images();
    if (done < total) {
      int count = Math.min(generator.batch(), total - done);
      addFake(done, count);
      done += count;
      return Optional.empty();
    }
    if (realStatistics.isEmpty()) {
      realStatistics = Optional.of(real.statistics());
    }
    double distance =
        FrechetDistance.between(realStatistics.orElseThrow(), fake.orElseThrow().statistics());
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("fd_" + extractor.name(), distance);
    return Optional.of(scores);
  }

  /** Real pictures are spread evenly over the dataset, and are not augmented. */
  private void addReal(int first, int count) {
    byte[] picture = new byte[generator.pictureLength()];
    for (int i = 0; i < count; i++) {
      dataset.read((int) ((long) (first + i) * dataset.size() / realCount), picture);
      for (int k = 0; k < picture.length; k++) {
        pictures[i * picture.length + k] = (picture[k] & 0xFF) / 127.5f - 1;
      }
    }
    extractor.extract(pictures, count, features);
    real.add(features, count);
  }

  private void addFake(int first, int count) {
    int classes = dataset.classNames().size();
    float[] latent = new float[settings.network().latentSize()];
    for (int row = 0; row < generator.batch(); row++) {
      CounterRandom random = new CounterRandom(settings.seed(), Stream.EVALUATION, 0, first + row);
      for (int i = 0; i < latent.length; i++) {
        latent[i] = (float) random.nextGaussian();
      }
      generator.set(row, latent, (first + row) % classes);
    }
    generator.generate(pictures, 0, count);
    extractor.extract(pictures, count, features);
    fake.orElseThrow().add(features, count);
  }

  @Override
  public void close() {
    real.close();
    fake.ifPresent(FeatureAccumulator::close);
    extractor.close();
    generator.close();
  }
}
