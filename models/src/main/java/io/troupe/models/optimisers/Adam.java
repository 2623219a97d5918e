package io.troupe.models.optimisers;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.NativeContext;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.memory.FloatVector;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Adam (Kingma and Ba, 2015, algorithm 1) on a network's flat vector: one operation for all
 * parameters. Owns the two moment vectors.
 */
public final class Adam implements AutoCloseable {
  private final OpExecutioner executioner = Nd4j.getExecutioner();
  private final CustomOp updater = operation("adam_updater");
  private final CustomOp subtract = operation("subtract");
  private final CustomOp clip = operation("clipbynorm");
  private final OpContext adam;
  private final OpContext subtraction;
  private final INDArray gradients;
  private TrainingSettings.Adam settings;
  private Optional<OpContext> clipping = Optional.empty();
  private final FloatVector first;
  private final FloatVector second;
  private long updates;

  /**
   * An optimiser that has made no update.
   *
   * @param clipNorm largest norm of the whole gradient, to which a longer one is scaled; 0 is any
   */
  public Adam(
      TrainingSettings.Adam settings,
      double clipNorm,
      ParameterVector values,
      ParameterVector valueGradients) {
    this(settings, clipNorm, values, valueGradients, 0);
  }

  /**
   * An optimiser that leaves the first parameters, and their moments, as they are.
   *
   * @param frozen how many of the trainable values
   */
  public Adam(
      TrainingSettings.Adam settings,
      double clipNorm,
      ParameterVector values,
      ParameterVector valueGradients,
      long frozen) {
    INDArray parameters = values.trainableFrom(frozen);
    gradients = valueGradients.trainableFrom(frozen);
    long all = values.layout().trainableLength();
    first = FloatVector.zeros(all);
    second = FloatVector.zeros(all);
    List<INDArray> updated =
        List.of(gradients, from(frozen, second.array()), from(frozen, first.array()));
    adam = context(updated, updated);
    subtraction = context(List.of(parameters, gradients), List.of(parameters));
    set(settings, clipNorm);
  }

  /** Has other constants from the next update on. */
  public final void set(TrainingSettings.Adam changed, double clipNorm) {
    settings = changed;
    clipping.ifPresent(NativeContext::release);
    clipping =
        clipNorm > 0
            ? Optional.of(context(List.of(gradients), List.of(gradients)))
            : Optional.empty();
    clipping.ifPresent(context -> context.setTArguments(clipNorm));
  }

  /** Updates the parameters by the present gradients, which are overwritten. */
  public void update() {
    updates++;
    clipping.ifPresent(context -> executioner.exec(clip, context));
    // The operation adds its epsilon to the uncorrected root; scaled, it is the paper's.
    double epsilon =
        settings.epsilon() * Math.sqrt(1 - Math.pow(settings.beta2(), (double) updates));
    adam.setTArguments(settings.learningRate(), settings.beta1(), settings.beta2(), epsilon);
    adam.setIArguments(updates - 1);
    executioner.exec(updater, adam);
    executioner.exec(subtract, subtraction);
  }

  private static INDArray from(long first, INDArray moments) {
    return moments.get(NDArrayIndex.interval(first, moments.length()));
  }

  private static CustomOp operation(String name) {
    return DynamicCustomOp.builder(name).build();
  }

  private static OpContext context(List<INDArray> inputs, List<INDArray> outputs) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(inputs);
    context.setOutputArrays(outputs);
    return context;
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
    NativeContext.release(adam);
    NativeContext.release(subtraction);
    clipping.ifPresent(NativeContext::release);
    first.close();
    second.close();
  }
}
