package io.troupe.models.training;

import io.troupe.models.graph.ParameterVector;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients of a regulariser, which are added to those of a network's loss. Owns its memory. */
final class AddedGradients implements AutoCloseable {
  private final ParameterVector gradients;
  private final CustomOp addition = DynamicCustomOp.builder("add").build();
  private final OpContext sum = Nd4j.getExecutioner().buildContext();

  AddedGradients(TrainedNetwork network) {
    gradients = new ParameterVector(network.values().layout(), DataType.FLOAT);
    INDArray total = network.gradients().trainable();
    sum.setInputArrays(List.of(total, gradients.trainable()));
    sum.setOutputArrays(List.of(total));
  }

  /** Where the regulariser's program writes its gradients. */
  ParameterVector values() {
    return gradients;
  }

  /** Adds them to the network's. */
  void add() {
    Nd4j.getExecutioner().exec(addition, sum);
  }

  @Override
  public void close() {
    sum.purge();
    gradients.close();
  }
}
