package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.ProgramCompiler;
import io.troupe.models.graph.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares a layer's gradients with central finite differences in double. What a layer detaches
 * from its gradient is held constant in the differences as well.
 */
public final class GradientCheck {
  /** Adds a layer to a scope; inputs by name. */
  @FunctionalInterface
  public interface Layer {
    SDVariable apply(Scope scope, Map<String, SDVariable> inputs);
  }

  private static final double STEP = 1e-5;
  private static final int ELEMENTS_PER_TENSOR = 6;

  private final Map<String, long[]> inputs = new LinkedHashMap<>();
  private final Map<String, INDArray> arrays = new HashMap<>();
  private final ProgramCompiler compiler;

  /** Of compiled graphs. */
  public GradientCheck() {
    this(CompiledGraph::compile);
  }

  /** Of graphs that are run in another way. */
  public GradientCheck(ProgramCompiler compiler) {
    this.compiler = compiler;
  }

  /** Adds a differentiable input with random normal values. */
  public GradientCheck input(String name, long... shape) {
    inputs.put(name, shape);
    return this;
  }

  /** Asserts that all gradients of a loss on the layer's output agree to 1e-6 relative. */
  public void check(Layer layer, BatchNormMode mode) {
    GraphBuilder builder = new GraphBuilder(DataType.DOUBLE);
    Map<String, SDVariable> variables = new LinkedHashMap<>();
    inputs.forEach((name, shape) -> variables.put(name, builder.input(name, shape)));
    Scope scope = builder.scope("net/", mode);
    SDVariable result = layer.apply(scope, variables);
    // A loss that is not symmetric in the outputs: a smooth function of each.
    SDVariable loss = builder.sameDiff().math().sin(result.mul(1.3)).mul(result).sum();
    builder.output("loss", loss);
    List<String> wanted = new ArrayList<>(inputs.keySet());
    ParameterLayout layout = scope.layout();
    layout.slots().stream()
        .filter(ParameterLayout.Slot::trainable)
        .forEach(slot -> wanted.add("net/" + slot.name()));
    Graph graph = builder.build("loss", wanted);

    Bindings bindings = new Bindings(graph);
    // What the differences need: the loss alone is computed in less time.
    Bindings ofLoss = new Bindings(graph);
    int index = 0;
    for (Map.Entry<String, long[]> input : graph.inputs().entrySet()) {
      if (!input.getKey().endsWith(Scope.DETACHED)) {
        arrays.put(input.getKey(), random(index++, input.getValue()));
      }
    }
    layout.slots().stream()
        .filter(slot -> slot.name().endsWith("variance"))
        .forEach(slot -> positive(arrays.get("net/" + slot.name())));
    for (String name : graph.inputs().keySet()) {
      if (name.endsWith(Scope.DETACHED)) {
        String parameter = name.substring(0, name.length() - Scope.DETACHED.length());
        arrays.put(name, arrays.get(parameter).dup());
      }
      bindings.bind(name, arrays.get(name));
      ofLoss.bind(name, arrays.get(name));
    }
    INDArray value = Nd4j.scalar(DataType.DOUBLE, 0);
    ofLoss.bind("loss", value);
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    for (String name : wanted) {
      INDArray gradient = Nd4j.create(DataType.DOUBLE, graph.inputs().get(name));
      gradients.put(name, gradient);
      bindings.bind(Graph.gradientOf(name), gradient);
    }
    try (Program program = compiler.compile(bindings);
        Program lossAlone = compiler.compile(ofLoss)) {
      program.run();
      // Where the true gradient is zero the differences are all rounding: hence a least scale.
      double floor =
          1e-2
              * gradients.values().stream().mapToDouble(GradientCheck::largest).max().orElseThrow();
      gradients.forEach(
          (name, gradient) ->
              compare(lossAlone, value, name, gradient, Math.max(largest(gradient), floor)));
    }
  }

  private void compare(
      Program program, INDArray value, String name, INDArray gradient, double scale) {
    INDArray tensor = arrays.get(name).reshape(arrays.get(name).length());
    INDArray flatGradient = gradient.reshape(gradient.length());
    for (int k = 0; k < Math.min(ELEMENTS_PER_TENSOR, tensor.length()); k++) {
      long element = k * 7919L % tensor.length();
      double original = tensor.getDouble(element);
      tensor.putScalar(element, original + STEP);
      program.run();
      double up = value.getDouble(0);
      tensor.putScalar(element, original - STEP);
      program.run();
      double down = value.getDouble(0);
      tensor.putScalar(element, original);
      double expected = (up - down) / (2 * STEP);
      assertThat((flatGradient.getDouble(element) - expected) / scale)
          .as(
              "gradient of %s[%d]: %s, %s",
              name, element, flatGradient.getDouble(element), expected)
          .isBetween(-1e-6, 1e-6);
    }
  }

  private static double largest(INDArray gradient) {
    return gradient.normmaxNumber().doubleValue();
  }

  private static INDArray random(int index, long... shape) {
    CounterRandom random = new CounterRandom(7, Stream.INITIALISATION, 0, index);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, 0.5 * random.nextGaussian());
    }
    return array;
  }

  private static void positive(INDArray array) {
    array.muli(array).addi(0.5);
  }
}
