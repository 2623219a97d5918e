package io.troupe.models.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares a layer's tangents with central finite differences in double: along all inputs at once
 * and along each alone.
 */
public final class TangentCheck {
  private static final double STEP = 1e-6;
  private static final String TANGENT = "tangent of ";

  private final Map<String, long[]> inputs = new LinkedHashMap<>();
  private final ProgramCompiler compiler;

  /** With compiled graphs. */
  public TangentCheck() {
    this(CompiledGraph::compile);
  }

  /** With another way of running the graphs that have gradients. */
  TangentCheck(ProgramCompiler compiler) {
    this.compiler = compiler;
  }

  /** Adds an input with random normal values, and a tangent for it. */
  public TangentCheck input(String name, long... shape) {
    inputs.put(name, shape);
    return this;
  }

  /** Asserts that tangents agree, and that reverse mode differentiates them rightly. */
  public void check(GradientCheck.Layer layer) {
    checkTangents(layer);
    for (Set<String> along : directions()) {
      GradientCheck gradients = new GradientCheck(compiler);
      inputs.forEach(gradients::input);
      along.forEach(name -> gradients.input(TANGENT + name, inputs.get(name)));
      gradients.check(
          (scope, in) -> tangent(scope, in, layer.apply(scope, in), along), BatchNormMode.BATCH);
    }
  }

  /** Asserts that tangents agree to 1e-7 relative. */
  public void checkTangents(GradientCheck.Layer layer) {
    for (Set<String> along : directions()) {
      GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
      Map<String, SDVariable> variables = new LinkedHashMap<>();
      inputs.forEach((name, shape) -> variables.put(name, builder.input(name, shape)));
      along.forEach(
          name -> variables.put(TANGENT + name, builder.input(TANGENT + name, inputs.get(name))));
      Scope scope = builder.scope("net/", BatchNormMode.BATCH);
      SDVariable output = layer.apply(scope, variables);
      builder.output("output", output);
      builder.output("tangent", tangent(scope, variables, output, along));
      compare(builder.build(), along);
    }
  }

  /** All inputs, and each alone. */
  private List<Set<String>> directions() {
    List<Set<String>> directions = new ArrayList<>();
    directions.add(inputs.keySet());
    if (inputs.size() > 1) {
      inputs.keySet().forEach(name -> directions.add(Set.of(name)));
    }
    return directions;
  }

  private static SDVariable tangent(
      Scope scope, Map<String, SDVariable> variables, SDVariable output, Set<String> along) {
    Map<String, SDVariable> given = new LinkedHashMap<>();
    along.forEach(name -> given.put(name, variables.get(TANGENT + name)));
    try (ForwardMode forward = new ForwardMode(scope.graph(), given)) {
      return forward.tangent(output);
    }
  }

  private static void compare(Graph graph, Set<String> along) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    graph.inputs().forEach((name, shape) -> arrays.put(name, random(arrays.size(), shape)));
    for (String name : List.copyOf(arrays.keySet())) {
      if (name.endsWith(Scope.DETACHED)) {
        arrays.put(name, arrays.get(name.replace(Scope.DETACHED, "")));
      }
    }
    INDArray tangent = run(graph, "tangent", arrays);
    along.forEach(name -> arrays.get(name).addi(arrays.get(TANGENT + name).mul(STEP)));
    INDArray up = run(graph, "output", arrays);
    along.forEach(name -> arrays.get(name).subi(arrays.get(TANGENT + name).mul(2 * STEP)));
    INDArray expected = up.sub(run(graph, "output", arrays)).divi(2 * STEP);
    assertThat(tangent.shape()).as("shape of the tangent along %s", along).isEqualTo(up.shape());
    double scale = expected.normmaxNumber().doubleValue();
    assertThat(scale).as("size of the tangent along %s", along).isGreaterThan(1e-3);
    assertThat(tangent.sub(expected).normmaxNumber().doubleValue() / scale)
        .as("tangent along %s: %s, differences %s", along, tangent, expected)
        .isLessThan(1e-7);
  }

  private static INDArray run(Graph graph, String output, Map<String, INDArray> arrays) {
    return graph
        .function()
        .output(arrays, graph.outputs().get(output))
        .get(graph.outputs().get(output))
        .dup();
  }

  private static INDArray random(int index, long... shape) {
    CounterRandom random = new CounterRandom(11, Stream.INITIALISATION, 0, index);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, 0.5 * random.nextGaussian());
    }
    return array;
  }
}
