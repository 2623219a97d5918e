package io.troupe.models.training;

import io.troupe.config.RunSettings;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import org.nd4j.linalg.api.buffer.DataType;

/** A network in training: its values, their gradients, and its optimiser. Owns all three. */
public final class TrainedNetwork implements AutoCloseable {
  private final ParameterVector values;
  private final ParameterVector gradients;
  private final Adam adam;

  TrainedNetwork(ParameterLayout layout, RunSettings.Adam settings) {
    values = new ParameterVector(layout, DataType.FLOAT);
    gradients = new ParameterVector(layout, DataType.FLOAT);
    adam = new Adam(settings, values, gradients);
  }

  /** Parameters and states. */
  public ParameterVector values() {
    return values;
  }

  /** The optimiser. */
  public Adam adam() {
    return adam;
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
