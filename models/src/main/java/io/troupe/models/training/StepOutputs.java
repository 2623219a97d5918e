package io.troupe.models.training;

import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.ProgramCompiler;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where the programs of a step write gradients and next states of a network, and how those of its
 * micro-batches become the step's. Owns its memory.
 */
sealed interface StepOutputs extends AutoCloseable {
  /**
   * Outputs of a network's steps.
   *
   * @param microBatches of a step, at least 1
   * @param compiler of the steps' programs
   */
  static StepOutputs of(TrainedNetwork network, int microBatches, ProgramCompiler compiler) {
    return microBatches == 1 ? new Whole(network) : new Mean(network, compiler);
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
    private final ParameterVector part;
    private final MeanVectors vectors;
    private int count;

    Mean(TrainedNetwork network, ProgramCompiler compiler) {
      part = new ParameterVector(network.values().layout(), DataType.FLOAT);
      vectors =
          compiler.keepsArrays()
              ? new MeanPrograms(network, part, compiler)
              : new HostMeanVectors(network, part);
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
      vectors.clear();
      beginMore();
    }

    /** A program writes some states only; the others are to stay. */
    @Override
    public void beginMore() {
      vectors.loadStates();
      count = 0;
    }

    @Override
    public void add(double share) {
      vectors.add(share);
      addStates();
    }

    @Override
    public void addStates() {
      vectors.addStates();
      count++;
    }

    @Override
    public void finish() {
      vectors.storeStates(count);
    }

    @Override
    public void close() {
      vectors.close();
      part.close();
    }
  }
}
