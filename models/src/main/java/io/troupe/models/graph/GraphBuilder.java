package io.troupe.models.graph;

import io.troupe.config.RunSettings.BatchNormMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

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

  /** Adds an input of the graph's type. */
  public SDVariable input(String name, long... shape) {
    return input(type, name, shape);
  }

  /**
   * Adds an input.
   *
   * @param shape where it is -1, any size is bound
   */
  public SDVariable input(DataType type, String name, long... shape) {
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
   * The finished graph with gradients as further outputs, named {@link Graph#gradientOf}. The
   * gradient of an input that the loss does not depend on is zero.
   *
   * @param loss a scalar output
   * @param differentiated inputs
   */
  public Graph build(String loss, List<String> differentiated) {
    Set<String> connected = dependencies(outputs.get(loss));
    Map<String, String> zeros = new LinkedHashMap<>();
    for (String name : differentiated) {
      if (!connected.contains(name)) {
        zeros.put(name, sameDiff.constant(Nd4j.zeros(type, inputs.get(name))).name());
      }
    }
    sameDiff.setLossVariables(outputs.get(loss));
    sameDiff.createGradFunction(
        differentiated.stream().filter(connected::contains).toArray(String[]::new));
    for (String name : differentiated) {
      String gradient = zeros.get(name);
      outputs.put(Graph.gradientOf(name), gradient == null ? sameDiff.grad(name).name() : gradient);
    }
    return new Graph(sameDiff.getFunction("grad"), type, inputs, outputs);
  }

  /** The floating-point variables from which gradients of a variable can flow. */
  private Set<String> dependencies(String variable) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(variable));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (sameDiff.getVariable(next).dataType().isFPType() && found.add(next)) {
        String operation = sameDiff.getVariables().get(next).getOutputOfOp();
        if (operation != null && sameDiff.getOps().get(operation).getInputsToOp() != null) {
          open.addAll(sameDiff.getOps().get(operation).getInputsToOp());
        }
      }
    }
    return found;
  }

  long[] shape(String input) {
    return inputs.get(input);
  }
}
