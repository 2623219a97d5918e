package io.troupe.models.optimisers;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.memory.FloatVector;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) on a network's flat vector: one operation, or one
 * program, for all parameters. Owns the two moment vectors.
 */
public final class Adam implements AutoCloseable {
  private final FloatVector first;
  private final FloatVector second;
  private final AdamStep step;
  private TrainingSettings.Adam settings;
  private long updates;

  /**
   * An optimiser that has made no update, and leaves the first parameters, and their moments, as
   * they are.
   *
   * @param clipNorm largest norm of the whole gradient, to which a longer one is scaled; 0 is any
   * @param frozen how many of the trainable values
   * @param compiler of the programs of the network
   */
  public Adam(
      TrainingSettings.Adam settings,
      double clipNorm,
      ParameterVector values,
      ParameterVector valueGradients,
      long frozen,
      ProgramCompiler compiler) {
    long all = values.layout().trainableLength();
    first = FloatVector.zeros(all);
    second = FloatVector.zeros(all);
    AdamStep.Vectors vectors =
        new AdamStep.Vectors(
            values.trainableFrom(frozen),
            valueGradients.trainableFrom(frozen),
            from(frozen, first.array()),
            from(frozen, second.array()));
    step = compiler.keepsArrays() ? new AdamProgram(vectors, compiler) : new Nd4jAdamStep(vectors);
    set(settings, clipNorm);
  }

  /** Has other constants from the next update on. */
  public final void set(TrainingSettings.Adam changed, double clipNorm) {
    settings = changed;
    step.clip(clipNorm);
  }

  /**
   * Updates the parameters by the present gradients, which may be overwritten.
   *
   * @return whether parameters and moments are finite: of a gradient that is not, or whose square
   *     is not, a second moment is not either
   */
  public boolean update() {
    updates++;
    // The operation adds its epsilon to the uncorrected root; scaled, it is the paper's.
    double epsilon =
        settings.epsilon() * Math.sqrt(1 - Math.pow(settings.beta2(), (double) updates));
    return Double.isFinite(step.run(settings, epsilon, updates));
  }

  private static INDArray from(long first, INDArray moments) {
    return moments.get(NDArrayIndex.interval(first, moments.length()));
  }

  /** The first moments, one for each trainable parameter. */
  public FloatVector firstMoments() {
    return first;
  }

  /** The second moments. */
  public FloatVector secondMoments() {
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
    step.close();
    first.close();
    second.close();
  }
}
