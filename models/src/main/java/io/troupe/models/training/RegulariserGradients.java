package io.troupe.models.training;

import io.troupe.config.TrainingSettings.Regularisation;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.NativeContext;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** Where the gradients of a regulariser go. Owns its memory. */
sealed interface RegulariserGradients extends AutoCloseable {
  /** What the settings want for a network. */
  static RegulariserGradients of(
      Regularisation kind, TrainedNetwork network, StepOutputs outputs, ProgramCompiler compiler) {
    if (outputs instanceof StepOutputs.Mean mean) {
      return new OfMicroBatches(kind, mean);
    }
    return switch (kind) {
      case ADDED ->
          compiler.keepsArrays() ? new AddedByProgram(network, compiler) : new Added(network);
      case SEPARATE -> new Separate(network);
    };
  }

  /** Where the regulariser's program writes its gradients. */
  ParameterVector values();

  /** Before the first micro-batch. */
  default void begin() {}

  /**
   * Brings those of a micro-batch to the network's gradients.
   *
   * @param share of them in the step's
   */
  void add(double share);

  /** After the last micro-batch. */
  default void finish() {}

  @Override
  void close();

  /** They are added to those of the network's loss. */
  final class Added implements RegulariserGradients {
    private final ParameterVector gradients;
    private final CustomOp addition = DynamicCustomOp.builder("add").build();
    private final OpContext sum = Nd4j.getExecutioner().buildContext();

    Added(TrainedNetwork network) {
      gradients = new ParameterVector(network.values().layout(), DataType.FLOAT);
      INDArray total = network.gradients().trainable();
      sum.setInputArrays(List.of(total, gradients.trainable()));
      sum.setOutputArrays(List.of(total));
    }

    @Override
    public ParameterVector values() {
      return gradients;
    }

    @Override
    public void add(double share) {
      Nd4j.getExecutioner().exec(addition, sum);
    }

    @Override
    public void close() {
      NativeContext.release(sum);
      gradients.close();
    }
  }

  /** The same where an engine keeps them. */
  final class AddedByProgram implements RegulariserGradients {
    private static final String TOTAL = "total";
    private static final String ADDED = "added";
    private static final String SUM = "sum";

    private final ParameterVector gradients;
    private final Program sum;

    AddedByProgram(TrainedNetwork network, ProgramCompiler compiler) {
      gradients = new ParameterVector(network.values().layout(), DataType.FLOAT);
      INDArray total = network.gradients().trainable();
      GraphBuilder graph = new GraphBuilder(DataType.FLOAT);
      graph.output(SUM, graph.input(TOTAL, total.length()).add(graph.input(ADDED, total.length())));
      sum =
          compiler.compile(
              new Bindings(graph.build())
                  .bind(TOTAL, total)
                  .bind(ADDED, gradients.trainable())
                  .bind(SUM, total));
    }

    @Override
    public ParameterVector values() {
      return gradients;
    }

    @Override
    public void add(double share) {
      sum.run();
    }

    @Override
    public void close() {
      sum.close();
      gradients.close();
    }
  }

  /** They are the network's, for an update of their own; those of the loss have had theirs. */
  record Separate(TrainedNetwork network) implements RegulariserGradients {
    @Override
    public ParameterVector values() {
      return network.gradients();
    }

    @Override
    public void add(double share) {}

    @Override
    public void close() {}
  }

  /** They are the shares of several micro-batches, added to those of the loss or for themselves. */
  record OfMicroBatches(Regularisation kind, StepOutputs.Mean outputs)
      implements RegulariserGradients {
    @Override
    public ParameterVector values() {
      return outputs.gradients();
    }

    @Override
    public void begin() {
      if (kind == Regularisation.SEPARATE) {
        outputs.begin();
      } else {
        outputs.beginMore();
      }
    }

    @Override
    public void add(double share) {
      outputs.add(share);
    }

    @Override
    public void finish() {
      outputs.finish();
    }

    @Override
    public void close() {}
  }
}
