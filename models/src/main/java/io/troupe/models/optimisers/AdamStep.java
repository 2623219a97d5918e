package io.troupe.models.optimisers;

import io.troupe.config.TrainingSettings;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How Adam's update is computed. Owns what it needs beside the vectors. */
interface AdamStep extends AutoCloseable {
  /**
   * What an update reads and writes, from the first parameter on that is trained.
   *
   * @param first moments, one for each parameter
   * @param second moments
   */
  record Vectors(INDArray parameters, INDArray gradients, INDArray first, INDArray second) {}

  /** Scales longer gradients to a norm from the next update on; 0 is never. */
  void clip(double norm);

  /**
   * Updates moments and parameters.
   *
   * @param epsilon what is added to the root of the second moment, which is not corrected
   * @param updates how many there are with this one
   * @return a sum of magnitudes of the updated parameters and second moments, in single precision:
   *     it is finite if all of them are, unless they are as large as no training's
   */
  double run(TrainingSettings.Adam settings, double epsilon, long updates);

  @Override
  void close();
}
