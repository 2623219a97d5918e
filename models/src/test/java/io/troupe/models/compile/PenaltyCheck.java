package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import io.troupe.models.penalties.PenaltyWeight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs graphs one after the other in double, where an output that a later graph has as an input is
 * written there, and compares the last graph's gradients with central differences of one of its
 * outputs through all of them.
 */
public final class PenaltyCheck implements AutoCloseable {
  private static final double STEP = 1e-5;
  private static final double KINKED_STEP = 1e-8;
  private static final int ELEMENTS_PER_TENSOR = 6;

  private final Map<String, INDArray> arrays = new LinkedHashMap<>();
  private final List<Program> programs = new ArrayList<>();
  private final String value;
  private final List<String> differentiated;

  /**
   * All inputs have random normal values at first.
   *
   * @param value a scalar output of the last graph
   * @param differentiated inputs whose gradients are outputs of the last graph
   * @param others further outputs of the last graph, of shape [1]
   */
  public PenaltyCheck(
      List<Graph> graphs, String value, List<String> differentiated, String... others) {
    this.value = value;
    this.differentiated = differentiated;
    graphs.forEach(graph -> graph.inputs().forEach(this::add));
    Graph last = graphs.get(graphs.size() - 1);
    add(value);
    List.of(others).forEach(name -> add(name, 1));
    for (String name : differentiated) {
      add(Graph.gradientOf(name), last.inputs().get(name));
    }
    for (Graph graph : graphs) {
      Bindings bindings = new Bindings(graph);
      graph.inputs().keySet().forEach(name -> bindings.bind(name, arrays.get(name)));
      graph.outputs().keySet().stream()
          .filter(arrays::containsKey)
          .forEach(name -> bindings.bind(name, arrays.get(name)));
      programs.add(CompiledGraph.compile(bindings));
    }
  }

  private void add(String name, long... shape) {
    if (!arrays.containsKey(name)) {
      CounterRandom random = new CounterRandom(13, Stream.INITIALISATION, 0, arrays.size());
      INDArray array = Nd4j.create(DataType.DOUBLE, shape);
      for (long i = 0; i < array.length(); i++) {
        array.data().put(i, 0.5 * random.nextGaussian());
      }
      arrays.put(name, array);
    }
  }

  /** An input's or output's array. */
  public INDArray array(String name) {
    return arrays.get(name);
  }

  /** Sets an input, in its order of elements. */
  public PenaltyCheck set(String name, double... values) {
    arrays.get(name).assign(Nd4j.createFromArray(values).reshape(arrays.get(name).shape()));
    return this;
  }

  /** Makes all differentiated inputs so many times as large. */
  public PenaltyCheck scale(double factor) {
    differentiated.forEach(name -> arrays.get(name).muli(factor));
    return this;
  }

  /** Sets the weight of a penalty on so many images. */
  public PenaltyCheck weigh(double weight, int images) {
    return set(PenaltyWeight.WEIGHT, weight).set(PenaltyWeight.SCALE, 2 * weight / images);
  }

  /** Runs all graphs. */
  public PenaltyCheck run() {
    programs.forEach(Program::run);
    return this;
  }

  /** A scalar output after a run. */
  public double scalar(String name) {
    return arrays.get(name).getDouble(0);
  }

  /** A gradient after a run, flat. */
  public double[] gradient(String name) {
    return arrays.get(Graph.gradientOf(name)).dup().data().asDouble();
  }

  private void detach() {
    arrays.forEach(
        (name, array) -> {
          if (name.endsWith(Scope.DETACHED)) {
            array.assign(arrays.get(name.replace(Scope.DETACHED, "")));
          }
        });
  }

  /**
   * Asserts that the slope along a random direction of all differentiated inputs agrees, of a
   * function that may have kinks, of which a small step crosses few; values that are detached are
   * held.
   *
   * @param tolerance relative
   */
  public void checkAlong(double tolerance) {
    detach();
    run();
    double slope = 0;
    Map<String, INDArray> directions = new LinkedHashMap<>();
    for (String name : differentiated) {
      INDArray direction = Nd4j.create(DataType.DOUBLE, arrays.get(name).shape());
      CounterRandom random = new CounterRandom(17, Stream.INITIALISATION, 1, directions.size());
      double[] gradient = gradient(name);
      for (int i = 0; i < gradient.length; i++) {
        double along = random.nextGaussian();
        direction.data().put(i, along);
        slope += along * gradient[i];
      }
      directions.put(name, direction);
    }
    double up = moved(directions, KINKED_STEP);
    double down = moved(directions, -2 * KINKED_STEP);
    moved(directions, KINKED_STEP);
    assertThat(slope).isNotZero();
    double differences = (up - down) / (2 * KINKED_STEP);
    assertThat(differences / slope)
        .as("%s of %s", differences, slope)
        .isCloseTo(1, within(tolerance));
  }

  private double moved(Map<String, INDArray> directions, double step) {
    directions.forEach((name, direction) -> arrays.get(name).addi(direction.mul(step)));
    return run().scalar(value);
  }

  /** Asserts that all gradients agree to 1e-6 relative; values that are detached are held. */
  public void check() {
    detach();
    run();
    Map<String, double[]> gradients = new LinkedHashMap<>();
    differentiated.forEach(name -> gradients.put(name, gradient(name)));
    double floor =
        1e-2 * gradients.values().stream().mapToDouble(PenaltyCheck::largest).max().orElseThrow();
    assertThat(floor).isGreaterThan(1e-8);
    gradients.forEach((name, g) -> compare(name, g, Math.max(largest(g), floor)));
  }

  private void compare(String name, double[] gradient, double scale) {
    INDArray tensor = arrays.get(name).reshape(gradient.length);
    for (int k = 0; k < Math.min(ELEMENTS_PER_TENSOR, gradient.length); k++) {
      int element = (int) (k * 7919L % gradient.length);
      double original = tensor.getDouble(element);
      tensor.putScalar(element, original + STEP);
      double up = run().scalar(value);
      tensor.putScalar(element, original - STEP);
      double down = run().scalar(value);
      tensor.putScalar(element, original);
      double expected = (up - down) / (2 * STEP);
      assertThat((gradient[element] - expected) / scale)
          .as("gradient of %s[%d]: %s, differences %s", name, element, gradient[element], expected)
          .isBetween(-1e-6, 1e-6);
    }
  }

  private static double largest(double... values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
    arrays.values().forEach(INDArray::close);
  }
}
