package io.troupe.actors.bench;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.metrics.inception.InceptionFeatures;
import io.troupe.metrics.inception.InceptionWeights;
import io.troupe.models.graph.ProgramCompiler;

/** Features and logits of 32 pictures of 32x32 by the Inception network with random weights. */
final class InceptionBatch implements Workload {
  private static final int SIZE = 32;

  private final InceptionFeatures extractor;
  private final byte[] pictures = new byte[InceptionFeatures.BATCH * SIZE * SIZE * 3];
  private final float[] features;
  private final float[] logits;

  InceptionBatch(ProgramCompiler compiler) {
    extractor =
        new InceptionFeatures(
            InceptionWeights.random(1), SIZE, SIZE, InceptionFeatures.BATCH, compiler);
    features = new float[InceptionFeatures.BATCH * extractor.dimension()];
    logits = new float[InceptionFeatures.BATCH * extractor.classes()];
    CounterRandom random = new CounterRandom(1, Stream.FEATURES, 2, 0);
    for (int i = 0; i < pictures.length; i++) {
      pictures[i] = (byte) random.nextInt(256);
    }
  }

  @Override
  public void iterate() {
    extractor.extract(pictures, SIZE, SIZE, InceptionFeatures.BATCH, features, logits);
  }

  @Override
  public int images() {
    return InceptionFeatures.BATCH;
  }

  @Override
  public void close() {
    extractor.close();
  }
}
