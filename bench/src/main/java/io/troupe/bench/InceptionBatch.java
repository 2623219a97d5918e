package io.troupe.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.inception.InceptionFeatures;
import io.troupe.metrics.inception.InceptionWeights;
import io.troupe.models.graph.ProgramCompiler;
import org.openjdk.jmh.annotations.Benchmark;

/** Features and logits of 32 images of 32x32 by the Inception network with random weights. */
public class InceptionBatch extends GraphWorkload {
  private static final int SIZE = 32;

  private InceptionFeatures extractor;
  private final byte[] images = new byte[InceptionFeatures.BATCH * SIZE * SIZE * 3];
  private float[] features;
  private float[] logits;

  @Override
  void open(ProgramCompiler compiler) {
    extractor =
        new InceptionFeatures(
            InceptionWeights.random(1), SIZE, SIZE, InceptionFeatures.BATCH, compiler);
    features = new float[InceptionFeatures.BATCH * extractor.dimension()];
    logits = new float[InceptionFeatures.BATCH * extractor.classes()];
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 2, 0);
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) random.nextInt(256);
    }
  }

  @Override
  @Benchmark
  public void iterate() {
    extractor.extract(images, SIZE, SIZE, InceptionFeatures.BATCH, features, logits);
  }

  @Override
  void free() {
    extractor.close();
  }
}
