package io.troupe.models.optimisers;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.NativeContext;
import io.troupe.models.memory.HostArray;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** By ND4J's operations: one for all parameters, whose update is written over the gradients. */
final class Nd4jAdamStep implements AdamStep {
  private final OpExecutioner executioner = Nd4j.getExecutioner();
  private final CustomOp updater = operation("adam_updater");
  private final CustomOp subtract = operation("subtract");
  private final CustomOp clip = operation("clipbynorm");
  private final CustomOp magnitude = operation("reduce_norm1");
  private final INDArray gradients;
  private final OpContext adam;
  private final OpContext subtraction;
  private final INDArray parameterSum = Nd4j.scalar(DataType.FLOAT, 0);
  private final INDArray momentSum = Nd4j.scalar(DataType.FLOAT, 0);
  private final OpContext parameterMagnitude;
  private final OpContext momentMagnitude;
  private Optional<OpContext> clipping = Optional.empty();

  Nd4jAdamStep(Vectors vectors) {
    gradients = vectors.gradients();
    List<INDArray> updated = List.of(gradients, vectors.second(), vectors.first());
    adam = context(updated, updated);
    subtraction = context(List.of(vectors.parameters(), gradients), List.of(vectors.parameters()));
    parameterMagnitude = context(List.of(vectors.parameters()), List.of(parameterSum));
    momentMagnitude = context(List.of(vectors.second()), List.of(momentSum));
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

  @Override
  public void clip(double norm) {
    clipping.ifPresent(NativeContext::release);
    clipping =
        norm > 0 ? Optional.of(context(List.of(gradients), List.of(gradients))) : Optional.empty();
    clipping.ifPresent(context -> context.setTArguments(norm));
  }

  @Override
  public double run(TrainingSettings.Adam settings, double epsilon, long updates) {
    clipping.ifPresent(context -> executioner.exec(clip, context));
    adam.setTArguments(settings.learningRate(), settings.beta1(), settings.beta2(), epsilon);
    adam.setIArguments(updates - 1);
    executioner.exec(updater, adam);
    executioner.exec(subtract, subtraction);
    executioner.exec(magnitude, parameterMagnitude);
    executioner.exec(magnitude, momentMagnitude);
    return HostArray.first(parameterSum) + HostArray.first(momentSum);
  }

  @Override
  public void close() {
    NativeContext.release(adam);
    NativeContext.release(subtraction);
    NativeContext.release(parameterMagnitude);
    NativeContext.release(momentMagnitude);
    clipping.ifPresent(NativeContext::release);
    parameterSum.close();
    momentSum.close();
  }
}
