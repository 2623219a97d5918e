package io.troupe.models.autodiff;

import io.troupe.models.compile.GraphReader;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.Warp;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Forward-mode differentiation of a graph: adds to the same graph the tangent of any of its
 * variables (the Jacobian-vector product) along tangents that are given for some of its variables.
 *
 * <p>Tangents are made of operations that SameDiff differentiates correctly, so the result can be
 * differentiated once more in reverse mode, with respect to everything it depends on. Where an
 * operation has kinks (ReLUs, maxima) its slope is a constant of the graph.
 *
 * <p>Only what the given tangents reach has a tangent; for everything else nothing is added. It is
 * to be used before the graph's gradients are made, and closed.
 */
public final class ForwardMode implements AutoCloseable {
  private final GraphBuilder graph;
  private final SameDiff function;
  private final Map<String, Optional<SDVariable>> tangents = new HashMap<>();
  private final INDArray probe;
  private final GraphReader reader;

  /**
   * Starts from given tangents. Variables that they are given for count as independent: what those
   * are computed from has no part in the result.
   *
   * @param graph in which every placeholder has a full shape
   * @param given the tangent of a variable of its shape, by the variable's name
   * @throws IllegalArgumentException if nothing is given, there is no such variable, or its tangent
   *     has another shape
   */
  public ForwardMode(GraphBuilder graph, Map<String, SDVariable> given) {
    this.graph = graph;
    function = graph.sameDiff();
    DataType type =
        given.values().stream()
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no tangents are given"))
            .dataType();
    probe = Nd4j.create(type, 1);
    Map<String, long[]> inputs = new LinkedHashMap<>();
    function.inputs().forEach(name -> inputs.put(name, function.getVariable(name).getShape()));
    Bindings bindings = new Bindings(new Graph(function, type, inputs, Map.of(), Map.of()));
    inputs.forEach((name, shape) -> bindings.bind(name, HostArray.view(probe, shape, 'c', 0)));
    reader = new GraphReader(bindings);
    try {
      given.forEach(this::start);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void start(String variable, SDVariable tangent) {
    if (!function.hasVariable(variable)) {
      throw new IllegalArgumentException(
          "a tangent is given for %s, which is not in the graph".formatted(variable));
    }
    if (!Arrays.equals(shape(variable), shape(tangent.name()))) {
      throw new IllegalArgumentException(
          "%s is %s but its tangent %s is %s"
              .formatted(
                  variable,
                  Arrays.toString(shape(variable)),
                  tangent.name(),
                  Arrays.toString(shape(tangent.name()))));
    }
    tangents.put(variable, Optional.of(tangent));
  }

  /**
   * The derivative of an output along the given tangents, in the output's shape.
   *
   * @throws IllegalArgumentException if the output does not depend on what tangents are given for
   * @throws UnsupportedOperationException if an operation on the way has no rule; the message names
   *     it
   */
  public SDVariable tangent(SDVariable output) {
    return find(output.name())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s does not depend on any variable that a tangent is given for"
                        .formatted(output.name())));
  }

  private Optional<SDVariable> find(String variable) {
    Optional<SDVariable> known = tangents.get(variable);
    if (known == null) {
      known = derive(variable);
      tangents.put(variable, known);
    }
    return known;
  }

  private Optional<SDVariable> derive(String name) {
    Optional<Warp> warp = graph.warp(name);
    if (warp.isPresent()) {
      return find(warp.get().pictures()).map(t -> graph.tangent(warp.get(), t, shape(name)));
    }
    Variable variable = function.getVariables().get(name);
    if (variable.getOutputOfOp() == null || !variable.getVariable().dataType().isFPType()) {
      return Optional.empty();
    }
    SameDiffOp operation = function.getOps().get(variable.getOutputOfOp());
    List<SDVariable> inputs = new ArrayList<>();
    List<Optional<SDVariable>> inputTangents = new ArrayList<>();
    if (operation.getInputsToOp() != null) {
      for (String input : operation.getInputsToOp()) {
        inputs.add(function.getVariable(input));
        inputTangents.add(find(input));
      }
    }
    if (inputTangents.stream().allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    TangentStep step =
        new TangentStep(
            operation.getOp(), inputs, inputTangents, variable.getVariable(), this::shape);
    return Optional.of(TangentRules.tangent(step));
  }

  private long[] shape(String variable) {
    return reader.read(variable).array().shape();
  }

  /** Frees what was needed to find shapes; the graph keeps the tangents. */
  @Override
  public void close() {
    reader.close();
    probe.close();
  }
}
