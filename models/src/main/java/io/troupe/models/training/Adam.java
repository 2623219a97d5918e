package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ParameterVector;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) on a network's flat vector: one operation for all
 * parameters. Owns the two moment vectors.
 */
public final class Adam implements AutoCloseable {
  private final RunSettings.Adam settings;
  private final INDArray parameters;
  private final INDArray gradients;
  private final INDArray first;
  private final INDArray second;
  private long updates;

  /** An optimiser that has made no update. */
  public Adam(RunSettings.Adam settings, ParameterVector values, ParameterVector gradients) {
    this.settings = settings;
    this.parameters = values.trainable();
    this.gradients = gradients.trainable();
    first = Nd4j.create(parameters.dataType(), parameters.length());
    second = Nd4j.create(parameters.dataType(), parameters.length());
  }

  /** Updates the parameters by the present gradients, which are overwritten. */
  public void update() {
    updates++;
    // The operation adds its epsilon to the uncorrected root; scaled, it is the paper's.
    double epsilon =
        settings.epsilon() * Math.sqrt(1 - Math.pow(settings.beta2(), (double) updates));
    Nd4j.getExecutioner()
        .exec(
            new AdamUpdater(
                gradients,
                second,
                first,
                settings.learningRate(),
                settings.beta1(),
                settings.beta2(),
                epsilon,
                (int) (updates - 1)));
    parameters.subi(gradients);
  }

  /** The first moments, one for each trainable parameter. */
  public INDArray firstMoments() {
    return first;
  }

  /** The second moments. */
  public INDArray secondMoments() {
    return second;
  }

  /** How many updates there were. */
  public long updates() {
    return updates;
  }

  /** Sets how many updates there were; the moments are set through their arrays. */
  public void restoreUpdates(long count) {
    updates = count;
  }

  @Override
  public void close() {
    first.close();
    second.close();
  }
}
