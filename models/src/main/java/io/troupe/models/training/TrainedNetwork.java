package io.troupe.models.training;

import io.troupe.config.TrainingSettings;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.networks.NetworkBlock;
import io.troupe.models.optimisers.Adam;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network in training: its values, their gradients, and its optimiser. Owns all three. Some of
 * its blocks may be frozen: neither their parameters nor their states change.
 */
public final class TrainedNetwork implements AutoCloseable {
  private final List<NetworkBlock> frozen;
  private final long frozenParameters;
  private final ParameterVector values;
  private final ParameterVector gradients;
  private final Adam adam;

  /**
   * A network of zeros.
   *
   * @param frozen its first blocks, in the order of declaration
   * @param compiler of its programs
   */
  TrainedNetwork(
      ParameterLayout layout,
      TrainingSettings.Adam settings,
      double clipNorm,
      List<NetworkBlock> frozen,
      ProgramCompiler compiler) {
    this.frozen = frozen;
    frozenParameters = frozenParameters(layout);
    values = new ParameterVector(layout, DataType.FLOAT);
    gradients = new ParameterVector(layout, DataType.FLOAT);
    adam = new Adam(settings, clipNorm, values, gradients, frozenParameters, compiler);
  }

  private long frozenParameters(ParameterLayout layout) {
    long first = 0;
    for (ParameterLayout.Slot slot : layout.slots()) {
      if (slot.trainable() && isFrozen(slot.name())) {
        if (slot.offset() != first) {
          throw new IllegalArgumentException(
              "%s is frozen, and not declared before all that is not".formatted(slot.name()));
        }
        first += slot.length();
      }
    }
    return first;
  }

  private boolean isFrozen(String tensor) {
    return frozen.stream().anyMatch(block -> block.holds(tensor));
  }

  /** How many trainable parameters stay as they are; the first ones. */
  public long frozenParameters() {
    return frozenParameters;
  }

  /** Lets each run write next states, but those that are frozen. */
  Bindings bindNextStates(Bindings bindings, String prefix, ParameterVector target) {
    return bindings.bindNextStates(prefix, target, state -> !isFrozen(state));
  }

  /** Parameters and states. */
  public ParameterVector values() {
    return values;
  }

  /** The optimiser. */
  public Adam adam() {
    return adam;
  }

  /**
   * Names of the inputs of a graph that has this network under a prefix, by which a step trains it.
   */
  List<String> parameters(String prefix) {
    return values.layout().slots().stream()
        .filter(slot -> slot.trainable() && !isFrozen(slot.name()))
        .map(slot -> prefix + slot.name())
        .toList();
  }

  ParameterVector gradients() {
    return gradients;
  }

  @Override
  public void close() {
    values.close();
    gradients.close();
    adam.close();
  }
}
