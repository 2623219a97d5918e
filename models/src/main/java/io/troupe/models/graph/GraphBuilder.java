package io.troupe.models.graph;

import io.troupe.config.RunSettings.BatchNormMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Builds one {@link Graph}: named inputs, operations on them, named outputs, and gradients of one
 * of the outputs.
 */
public final class GraphBuilder {
  private final SameDiff sameDiff = SameDiff.create();
  private final DataType type;
  private final Map<String, long[]> inputs = new LinkedHashMap<>();
  private final Map<String, String> outputs = new LinkedHashMap<>();

  /**
   * An empty graph.
   *
   * @param type of every array: FLOAT to train, DOUBLE to check gradients
   */
  public GraphBuilder(DataType type) {
    this.type = type;
  }

  /** The operations. */
  public SameDiff sameDiff() {
    return sameDiff;
  }

  /** Adds an input. */
  public SDVariable input(String name, long... shape) {
    if (inputs.putIfAbsent(name, shape.clone()) != null) {
      throw new IllegalArgumentException("input " + name + " exists already");
    }
    return sameDiff.placeHolder(name, type, shape);
  }

  /** Makes a variable an output. */
  public void output(String name, SDVariable variable) {
    if (outputs.putIfAbsent(name, variable.name()) != null) {
      throw new IllegalArgumentException("output " + name + " exists already");
    }
  }

  /**
   * A place for a network's layers.
   *
   * @param network begins the names of the network's inputs, e.g. {@code "generator/"}
   */
  public Scope scope(String network, BatchNormMode batchNorm) {
    return new Scope(this, network, "", new ParameterLayout.Recorder(), batchNorm);
  }

  /** The finished graph, without gradients. */
  public Graph build() {
    return new Graph(sameDiff, type, inputs, outputs);
  }

  /**
   * The finished graph with gradients as further outputs, named {@link Graph#gradientOf}.
   *
   * @param loss a scalar output
   * @param differentiated inputs
   */
  public Graph build(String loss, List<String> differentiated) {
    sameDiff.setLossVariables(outputs.get(loss));
    sameDiff.createGradFunction(differentiated.toArray(String[]::new));
    for (String name : differentiated) {
      outputs.put(Graph.gradientOf(name), sameDiff.grad(name).name());
    }
    return new Graph(sameDiff.getFunction("grad"), type, inputs, outputs);
  }

  long[] shape(String input) {
    return inputs.get(input);
  }
}
