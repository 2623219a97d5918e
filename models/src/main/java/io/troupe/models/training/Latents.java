package io.troupe.models.training;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The inputs of a generator for one batch: latent vectors and one-hot classes. Owns its arrays,
 * which are refilled in place.
 */
final class Latents implements AutoCloseable {
  private final INDArray vectors;
  private final INDArray classes;
  private final FloatBuffer vectorValues;
  private final OneHot oneHot;

  Latents(int batch, int latentSize, int classCount) {
    vectors = Nd4j.create(DataType.FLOAT, batch, latentSize);
    vectorValues = vectors.data().asNioFloat();
    oneHot = new OneHot(batch, classCount);
    classes = oneHot.array();
  }

  /** [N, latentSize]. */
  INDArray vectors() {
    return vectors;
  }

  /** One-hot [N, classes]. */
  INDArray classes() {
    return classes;
  }

  /** Draws standard normal vectors and uniform classes. */
  void draw(long seed, Stream stream, long step, int index) {
    CounterRandom random = new CounterRandom(seed, stream, step, index);
    for (int i = 0; i < vectorValues.capacity(); i++) {
      vectorValues.put(i, (float) random.nextGaussian());
    }
    for (int row = 0; row < oneHot.rows(); row++) {
      oneHot.set(row, random.nextInt(oneHot.classes()));
    }
  }

  /** Sets one row: a latent vector and a class. */
  void set(int row, float[] latent, int label) {
    vectorValues.put(row * latent.length, latent);
    oneHot.set(row, label);
  }

  @Override
  public void close() {
    vectors.close();
    oneHot.close();
  }
}
