package io.troupe.models.compile;

import io.troupe.models.graph.Bindings;
import io.troupe.models.graph.Workspace;
import io.troupe.models.kernels.Kernel;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * The part of a graph that some outputs need, as a list of operations with the shapes of their
 * results: what an engine other than {@link CompiledGraph} makes a program of. Owns the constants.
 */
public final class FlatGraph implements AutoCloseable {
  /**
   * The kind of the step at which a program pauses; its output is the input that is written
   * meanwhile.
   */
  public static final String PAUSE = "pause";

  /** Where a tensor comes from. */
  public enum Origin {
    /** No run changes it. */
    CONSTANT,
    /** A bound array. */
    INPUT,
    /** A step computes it. */
    RESULT
  }

  /** A tensor that flows through the graph; each is one object. */
  public static final class Node {
    private final Origin origin;
    private final Value value;

    private Node(Origin origin, Value value) {
      this.origin = origin;
      this.value = value;
    }

    /** Where it comes from. */
    public Origin origin() {
      return origin;
    }

    /** Its name in the graph. */
    public String name() {
      return value.name();
    }

    /** Its type and shape; of a constant and an input also its numbers. */
    public INDArray array() {
      return value.array();
    }

    private String layout() {
      return array().dataType() + Arrays.toString(array().shape());
    }

    @Override
    public String toString() {
      return name() + " " + layout();
    }
  }

  /**
   * One operation.
   *
   * @param kind ND4J's name of it, or {@link #PAUSE}
   * @param name its name in the graph
   * @param integers ND4J's integer arguments
   * @param numbers ND4J's floating-point arguments; of an operation with a number, the number
   * @param flags ND4J's boolean arguments
   * @param computation what ND4J runs
   */
  public record Step(
      String kind,
      String name,
      List<Long> integers,
      List<Double> numbers,
      List<Boolean> flags,
      List<Node> inputs,
      List<Node> outputs,
      Computation computation) {
    /**
     * Runs it by ND4J's own implementation.
     *
     * @param in in place of its inputs, of the same types and shapes
     * @param out gets its outputs
     */
    public void runByNd4j(List<INDArray> in, List<INDArray> out) {
      Operation operation =
          new Operation(
              "one operation",
              name,
              computation,
              in.stream().map(a -> Value.input("input", a)).toList(),
              out.stream().map(a -> Value.input("output", a)).toList());
      try (Kernel kernel = operation.kernel()) {
        kernel.run();
      }
    }

    /** All that tells what it does on which inputs. */
    public String signature() {
      return kind
          + integers
          + numbers
          + flags
          + inputs.stream().map(Node::layout).toList()
          + outputs.stream().map(Node::layout).toList();
    }

    @Override
    public String toString() {
      return "operation %s (%s) of %s".formatted(name, kind, inputs);
    }
  }

  /**
   * A wanted output.
   *
   * @param target where it is to be written
   */
  public record Output(String name, Node node, INDArray target) {}

  private final String label;
  private final Optional<GraphReader> reader;
  private final Optional<String> writtenBeforePause;
  private final Optional<Workspace> workspace;
  private final boolean mixed;
  private final Map<Value, Node> nodes = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Output> outputs = new ArrayList<>();

  private FlatGraph(Bindings bindings) {
    GraphReader read = new GraphReader(bindings);
    label = read.label();
    reader = Optional.of(read);
    writtenBeforePause = bindings.pause().map(Bindings.Pause::output);
    workspace = bindings.workspace();
    mixed = bindings.precision().isMixed();
    try {
      read(bindings, read);
    } catch (RuntimeException e) {
      read.close();
      throw e;
    }
  }

  private FlatGraph(Step step, List<INDArray> in, List<INDArray> out, boolean mixed) {
    this.mixed = mixed;
    label = "one operation";
    reader = Optional.empty();
    writtenBeforePause = Optional.empty();
    workspace = Optional.empty();
    List<Node> inputs = new ArrayList<>();
    for (int i = 0; i < in.size(); i++) {
      Node node = step.inputs().get(i);
      inputs.add(
          node.origin() == Origin.CONSTANT
              ? node
              : node(Value.input(node.name(), in.get(i)), Origin.INPUT));
    }
    steps.add(
        new Step(
            step.kind(),
            step.name(),
            step.integers(),
            step.numbers(),
            step.flags(),
            inputs,
            step.outputs(),
            step.computation()));
    for (int i = 0; i < out.size(); i++) {
      outputs.add(new Output("output " + i, step.outputs().get(i), out.get(i)));
    }
  }

  /**
   * One operation alone, on other inputs than in its graph.
   *
   * @param in of the same shapes; what is constant stays
   * @param out where its outputs go
   * @param mixed whether in mixed precision
   */
  public static FlatGraph of(Step step, List<INDArray> in, List<INDArray> out, boolean mixed) {
    return new FlatGraph(step, in, out, mixed);
  }

  /**
   * Reads the part of a graph that the bound outputs need.
   *
   * @throws IllegalStateException if an input is not bound
   * @throws IllegalArgumentException if an output is bound to an array of another shape or type
   */
  public static FlatGraph of(Bindings bindings) {
    return new FlatGraph(bindings);
  }

  private void read(Bindings bindings, GraphReader reader) {
    List<OutputBinding> bound = new ArrayList<>();
    bindings
        .outputs()
        .forEach(
            (name, target) -> {
              Value value = reader.read(bindings.graph().outputs().get(name));
              bound.add(new OutputBinding(reader.label(), name, value, target));
            });
    for (Operation operation :
        reader.operations(bound.stream().map(OutputBinding::value).toList())) {
      List<Node> inputs = operation.inputs().stream().map(v -> node(v, Origin.INPUT)).toList();
      Origin origin = operation.kind().equals(PAUSE) ? Origin.INPUT : Origin.RESULT;
      List<Node> results = operation.outputs().stream().map(v -> node(v, origin)).toList();
      steps.add(step(operation, inputs, results));
    }
    for (OutputBinding output : bound) {
      outputs.add(new Output(output.name(), node(output.value(), Origin.INPUT), output.target()));
    }
  }

  private Node node(Value value, Origin origin) {
    return nodes.computeIfAbsent(
        value, v -> new Node(v.isConstant() ? Origin.CONSTANT : origin, v));
  }

  private static Step step(Operation operation, List<Node> inputs, List<Node> results) {
    List<Long> integers = List.of();
    List<Double> numbers = List.of();
    List<Boolean> flags = List.of();
    if (operation.computation() instanceof Nd4jFunction) {
      DifferentialFunction function = operation.nd4jFunction();
      if (function instanceof DynamicCustomOp custom) {
        integers = Arrays.stream(custom.iArgs()).boxed().toList();
        numbers = Arrays.stream(custom.tArgs()).boxed().toList();
        List<Boolean> all = new ArrayList<>();
        for (boolean flag : custom.bArgs()) {
          all.add(flag);
        }
        flags = all;
      } else if (function instanceof ScalarOp scalar) {
        numbers = List.of(HostArray.first(scalar.scalar()));
      }
    }
    return new Step(
        operation.kind(),
        operation.name(),
        integers,
        numbers,
        flags,
        inputs,
        results,
        operation.computation());
  }

  /**
   * How many groups of channels a {@code conv2d} of channels-last pictures has: the inputs of its
   * weights are those of one.
   */
  public static long groups(Step step) {
    return step.inputs().get(0).array().size(3) / step.inputs().get(1).array().size(2);
  }

  /** The constant weights of such a {@code conv2d} as if there were one group only; a new array. */
  public static INDArray denseWeights(Step step) {
    return GroupedConvolution.dense(step.inputs().get(1).array(), groups(step));
  }

  /** Which graph it is, for errors. */
  public String label() {
    return label;
  }

  /** The operations in an order in which they can run. */
  public List<Step> steps() {
    return steps;
  }

  /** The wanted outputs. */
  public List<Output> outputs() {
    return outputs;
  }

  /** The bound inputs that the outputs need. */
  public List<Node> inputs() {
    return nodes.values().stream().filter(n -> n.origin() == Origin.INPUT).toList();
  }

  /** The name of the output that must be written when a run pauses. */
  public Optional<String> writtenBeforePause() {
    return writtenBeforePause;
  }

  /** Whether it is to be computed in mixed precision. */
  public boolean isMixed() {
    return mixed;
  }

  /** The memory that programs share, if it was lent. */
  public Optional<Workspace> workspace() {
    return workspace;
  }

  /** Bytes of the constants. */
  public long constantBytes() {
    return reader.map(GraphReader::bytes).orElse(0L);
  }

  /** Frees the constants. */
  @Override
  public void close() {
    reader.ifPresent(GraphReader::close);
  }
}
