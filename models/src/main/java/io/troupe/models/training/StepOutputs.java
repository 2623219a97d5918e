package io.troupe.models.training;

import io.troupe.models.graph.NativeContext;
import io.troupe.models.graph.ParameterVector;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the programs of a step write gradients and next states of a network, and how those of its
 * micro-batches become the step's. Owns its memory.
 */
sealed interface StepOutputs extends AutoCloseable {
  /**
   * Outputs of a network's steps.
   *
   * @param microBatches of a step, at least 1
   */
  static StepOutputs of(TrainedNetwork network, int microBatches) {
    return microBatches == 1 ? new Whole(network) : new Mean(network);
  }

  /** Where programs write gradients. */
  ParameterVector gradients();

  /** Where programs write next states. */
  ParameterVector nextStates();

  /** Before the first micro-batch: the network's gradients become zero. */
  void begin();

  /** Before the first micro-batch of what is added to the network's gradients. */
  void beginMore();

  /**
   * Takes what a micro-batch's programs have written.
   *
   * @param share of the gradients in the network's
   */
  void add(double share);

  /** As {@link #add}, without gradients. */
  void addStates();

  /** After the last micro-batch: the network gets its next states. */
  void finish();

  @Override
  void close();

  /** Of one micro-batch: programs write to the network. */
  record Whole(TrainedNetwork network) implements StepOutputs {
    @Override
    public ParameterVector gradients() {
      return network.gradients();
    }

    @Override
    public ParameterVector nextStates() {
      return network.values();
    }

    @Override
    public void begin() {}

    @Override
    public void beginMore() {}

    @Override
    public void add(double share) {}

    @Override
    public void addStates() {}

    @Override
    public void finish() {}

    @Override
    public void close() {}
  }

  /**
   * Of several. All begin from the network as it was before the step; gradients are added up by
   * their shares, and the next states are the mean of the micro-batches' ones. So what does not
   * depend on images, such as spectral norm's vectors, moves on once a step, and moving averages
   * follow the mean of the whole batch once.
   */
  final class Mean implements StepOutputs {
    private final ParameterVector values;
    private final ParameterVector part;
    private final double[] states;
    private final int first;
    private final CustomOp scaledSum = DynamicCustomOp.builder("axpy").build();
    private final CustomOp zeros = DynamicCustomOp.builder("zeros_as").build();
    private final OpContext adding = Nd4j.getExecutioner().buildContext();
    private final OpContext clearing = Nd4j.getExecutioner().buildContext();
    private int count;

    Mean(TrainedNetwork network) {
      values = network.values();
      part = new ParameterVector(values.layout(), DataType.FLOAT);
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
    public ParameterVector gradients() {
      return part;
    }

    @Override
    public ParameterVector nextStates() {
      return part;
    }

    @Override
    public void begin() {
      Nd4j.getExecutioner().exec(zeros, clearing);
      beginMore();
    }

    /** A program writes some states only; the others are to stay. */
    @Override
    public void beginMore() {
      part.floats().write().put(first, values.floats().read(), first, states.length);
      Arrays.fill(states, 0);
      count = 0;
    }

    @Override
    public void add(double share) {
      adding.setTArguments(share);
      Nd4j.getExecutioner().exec(scaledSum, adding);
      addStates();
    }

    @Override
    public void addStates() {
      FloatBuffer next = part.floats().read();
      for (int i = 0; i < states.length; i++) {
        states[i] += next.get(first + i);
      }
      count++;
    }

    /** In double precision the mean of equal numbers is that number. */
    @Override
    public void finish() {
      FloatBuffer target = values.floats().write();
      for (int i = 0; i < states.length; i++) {
        target.put(first + i, (float) (states[i] / count));
      }
    }

    @Override
    public void close() {
      NativeContext.release(adding);
      NativeContext.release(clearing);
      part.close();
    }
  }
}
