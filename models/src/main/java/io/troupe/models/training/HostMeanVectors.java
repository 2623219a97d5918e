package io.troupe.models.training;

import io.troupe.models.graph.NativeContext;
import io.troupe.models.graph.ParameterVector;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** By ND4J's operations, and on the host. */
final class HostMeanVectors implements MeanVectors {
  private final ParameterVector values;
  private final ParameterVector part;
  private final double[] states;
  private final int first;
  private final CustomOp scaledSum = DynamicCustomOp.builder("axpy").build();
  private final CustomOp zeros = DynamicCustomOp.builder("zeros_as").build();
  private final OpContext adding = Nd4j.getExecutioner().buildContext();
  private final OpContext clearing = Nd4j.getExecutioner().buildContext();

  HostMeanVectors(TrainedNetwork network, ParameterVector part) {
    values = network.values();
    this.part = part;
    first = Math.toIntExact(values.layout().trainableLength());
    states = new double[Math.toIntExact(values.layout().length()) - first];
    INDArray total = network.gradients().trainable();
    // The operation scales its second input.
    adding.setInputArrays(List.of(total, part.trainable()));
    adding.setOutputArrays(List.of(total));
    clearing.setInputArrays(List.of(total));
    clearing.setOutputArrays(List.of(total));
  }

  @Override
  public void clear() {
    Nd4j.getExecutioner().exec(zeros, clearing);
  }

  @Override
  public void add(double share) {
    adding.setTArguments(share);
    Nd4j.getExecutioner().exec(scaledSum, adding);
  }

  @Override
  public void loadStates() {
    part.floats().write().put(first, values.floats().read(), first, states.length);
    Arrays.fill(states, 0);
  }

  @Override
  public void addStates() {
    FloatBuffer next = part.floats().read();
    for (int i = 0; i < states.length; i++) {
      states[i] += next.get(first + i);
    }
  }

  @Override
  public void storeStates(int count) {
    FloatBuffer target = values.floats().write();
    for (int i = 0; i < states.length; i++) {
      target.put(first + i, (float) (states[i] / count));
    }
  }

  @Override
  public void close() {
    NativeContext.release(adding);
    NativeContext.release(clearing);
  }
}
