package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.optimisers.Adam;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/** A network in training: its values, their gradients, and its optimiser. Owns all three. */
public final class TrainedNetwork implements AutoCloseable {
  private final ParameterVector values;
  private final ParameterVector gradients;
  private final Adam adam;

  TrainedNetwork(ParameterLayout layout, RunSettings.Adam settings, double clipNorm) {
    values = new ParameterVector(layout, DataType.FLOAT);
    gradients = new ParameterVector(layout, DataType.FLOAT);
    adam = new Adam(settings, clipNorm, values, gradients);
  }

  /** Parameters and states. */
  public ParameterVector values() {
    return values;
  }

  /** The optimiser. */
  public Adam adam() {
    return adam;
  }

  /** Names of the trainable inputs of a graph that has this network under a prefix. */
  List<String> parameters(String prefix) {
    return values.layout().slots().stream()
        .filter(ParameterLayout.Slot::trainable)
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
