package io.troupe.models.layers;

import io.troupe.config.RunSettings.BatchNormMode;
import io.troupe.config.random.CounterRandom;
import io.troupe.config.random.Stream;
import io.troupe.models.compile.CompiledGraph;
import io.troupe.models.compile.GradientCheck;
import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.GraphBuilder;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.graph.Program;
import io.troupe.models.graph.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The value of a layer in double, of inputs and parameters that a test sets. */
public final class Evaluated implements AutoCloseable {
  private final Map<String, INDArray> inputs;
  private final ParameterVector values;
  private final Program program;
  private final INDArray result;

  /**
   * With initial parameters.
   *
   * @param inputs may be changed between runs
   * @param shape of the result
   */
  public Evaluated(Map<String, INDArray> inputs, GradientCheck.Layer layer, long... shape) {
    this(inputs, BatchNormMode.BATCH, layer, shape);
  }

  /** With given statistics of batch norm. */
  public Evaluated(
      Map<String, INDArray> inputs, BatchNormMode mode, GradientCheck.Layer layer, long... shape) {
    this.inputs = inputs;
    GraphBuilder graph = new GraphBuilder(DataType.DOUBLE);
    Map<String, SDVariable> variables = new LinkedHashMap<>();
    inputs.forEach((name, array) -> variables.put(name, graph.input(name, array.shape())));
    Scope scope = graph.scope("net/", mode);
    graph.output("result", layer.apply(scope, variables));
    values = new ParameterVector(scope.layout(), DataType.DOUBLE);
    values.initialise(1, 1);
    result = Nd4j.create(DataType.DOUBLE, shape);
    Bindings bindings =
        new Bindings(graph.build())
            .bindNetwork("net/", values)
            .bindNextStates("net/", values)
            .bind("result", result);
    inputs.forEach(bindings::bind);
    program = CompiledGraph.compile(bindings);
  }

  /** A new result. */
  public INDArray run() {
    program.run();
    return result.dup();
  }

  /** A parameter, a state, or an input: may be changed between runs. */
  public INDArray array(String name) {
    return inputs.containsKey(name) ? inputs.get(name) : values.view(name);
  }

  /** Standard normal numbers. */
  public static INDArray random(int index, long... shape) {
    CounterRandom random = new CounterRandom(5, Stream.DATASET, 0, index);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, random.nextGaussian());
    }
    return array;
  }

  /** The largest difference of two arrays of one shape. */
  public static double distance(INDArray a, INDArray b) {
    if (!Arrays.equals(a.shape(), b.shape())) {
      throw new AssertionError(Arrays.toString(a.shape()) + " and " + Arrays.toString(b.shape()));
    }
    return a.sub(b).normmaxNumber().doubleValue();
  }

  @Override
  public void close() {
    program.close();
    values.close();
    result.close();
  }
}
