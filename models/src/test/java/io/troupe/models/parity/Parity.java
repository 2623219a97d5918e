package io.troupe.models.parity;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Graph;
import io.troupe.models.graph.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares what graphs compute with what an independent program in PyTorch has computed from the
 * same values ({@code scripts/fixtures}). Everything that the fixture holds is compared, relative
 * to the largest value of each tensor.
 */
public enum Parity {
  /** With hardly any rounding. */
  DOUBLE(1e-8),
  /** As training runs, with its kernels. */
  FLOAT(1e-4);

  /**
   * Some gradients are zero but for rounding, as that of a bias before batch norm: their share of
   * the largest value of all gradients is below this.
   */
  private static final double NOTHING = 1e-12;

  /** Such gradients are compared relative to this share of the largest one. */
  private static final double FLOOR = 1e-2;

  /** Ends the name of an input that holds a parameter's values outside of differentiation. */
  private static final String DETACHED = "@detached";

  private final double tolerance;

  Parity(double tolerance) {
    this.tolerance = tolerance;
  }

  /** The largest difference, relative to the largest value of a tensor. */
  double tolerance() {
    return tolerance;
  }

  /** Of the graphs. */
  public DataType type() {
    return this == DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
  }

  /**
   * Runs graphs one after the other, where an output that a later graph has as an input is written
   * there, and compares their outputs.
   *
   * @param graphs of this type; everything that the last one puts out is in the fixture
   * @param others outputs of the last graph that are not
   */
  public void check(String fixture, List<Graph> graphs, String... others) {
    check(fixture, graphs, Map.of(), others);
  }

  /**
   * As {@link #check(String, List, String...)}, with given values of some inputs.
   *
   * @param given by the input's name, in its order of elements
   */
  public void check(
      String fixture, List<Graph> graphs, Map<String, double[]> given, String... others) {
    Map<String, INDArray> expected = Fixture.read(fixture);
    Set<String> outputs = new LinkedHashSet<>(graphs.get(graphs.size() - 1).outputs().keySet());
    List.of(others).forEach(name -> assertThat(outputs.remove(name)).as(name).isTrue());
    assertThat(expected.keySet()).containsAll(outputs);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    expected.forEach((name, array) -> arrays.put(name, Nd4j.create(type(), array.shape())));
    graphs.forEach(
        graph -> graph.inputs().forEach((name, shape) -> add(arrays, given, name, shape)));
    List<Program> programs = new ArrayList<>();
    Set<String> written = new LinkedHashSet<>();
    for (Graph graph : graphs) {
      Bindings bindings = new Bindings(graph);
      graph.inputs().keySet().forEach(name -> bindings.bind(name, arrays.get(stored(name))));
      for (String name : graph.outputs().keySet()) {
        if (arrays.containsKey(name)) {
          bindings.bind(name, arrays.get(name));
          written.add(name);
        }
      }
      programs.add(CompiledGraph.compile(bindings));
    }
    assertThat(written).containsAll(expected.keySet());
    programs.forEach(Program::run);
    compare(expected, arrays);
    programs.forEach(Program::close);
    arrays.values().forEach(INDArray::close);
    expected.values().forEach(INDArray::close);
  }

  private void add(
      Map<String, INDArray> arrays, Map<String, double[]> given, String input, long... shape) {
    String name = stored(input);
    if (!arrays.containsKey(name)) {
      double[] values = given.containsKey(name) ? given.get(name) : Formula.values(name, shape);
      INDArray array = Nd4j.create(type(), shape);
      for (int i = 0; i < values.length; i++) {
        array.data().put(i, values[i]);
      }
      arrays.put(name, array);
    }
  }

  private static String stored(String input) {
    return input.endsWith(DETACHED)
        ? input.substring(0, input.length() - DETACHED.length())
        : input;
  }

  private void compare(Map<String, INDArray> expected, Map<String, INDArray> actual) {
    double most =
        expected.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(Graph.gradientOf("")))
            .mapToDouble(entry -> largest(entry.getValue()))
            .max()
            .orElse(0);
    StringBuilder report = new StringBuilder();
    expected.forEach(
        (name, array) -> {
          double scale = largest(array);
          if (name.startsWith(Graph.gradientOf(""))) {
            scale = scale(scale, most);
          }
          double distance = distance(actual.get(name), array) / scale;
          if (!(distance <= tolerance)) {
            report.append("%s differs by %.2e%n".formatted(name, distance));
          }
        });
    assertThat(report).as("of %d tensors", expected.size()).isEmpty();
  }

  /** What differences of a gradient are relative to: its largest value, if it is not nothing. */
  static double scale(double largest, double most) {
    return largest < NOTHING * most ? FLOOR * most : largest;
  }

  private static double largest(INDArray array) {
    return array.normmaxNumber().doubleValue();
  }

  /** The largest difference; not a number if one of them is not. */
  private static double distance(INDArray actual, INDArray expected) {
    double[] values = actual.dup().data().asDouble();
    double[] others = expected.dup().data().asDouble();
    double largest = 0;
    for (int i = 0; i < others.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - others[i]));
    }
    return largest;
  }
}
