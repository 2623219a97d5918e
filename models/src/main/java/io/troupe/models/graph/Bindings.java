package io.troupe.models.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which array each input of a graph is read from and each wanted output is written to. Arrays are
 * only lent: whoever made them closes them, after the program.
 */
public final class Bindings {
  private final Graph graph;
  private final Map<String, INDArray> inputs = new LinkedHashMap<>();
  private final Map<String, INDArray> outputs = new LinkedHashMap<>();
  private Optional<Workspace> workspace = Optional.empty();
  private Optional<Pause> pause = Optional.empty();
  private Precision precision = Precision.FLOAT32;

  /**
   * Where a run pauses.
   *
   * @param output written before
   * @param input read after
   */
  public record Pause(String output, String input) {}

  /** No bindings yet. */
  public Bindings(Graph graph) {
    this.graph = graph;
  }

  /**
   * Binds an input or output.
   *
   * @throws IllegalArgumentException if the graph has no such input or output, it is bound already,
   *     or an input has another shape or type
   */
  public Bindings bind(String name, INDArray array) {
    boolean input = graph.inputs().containsKey(name);
    if (!input && !graph.outputs().containsKey(name)) {
      throw new IllegalArgumentException(name + " is neither input nor output of the graph");
    }
    if (input) {
      long[] shape = graph.inputs().get(name);
      // A gradient's function need not know inputs that it does not read.
      DataType type =
          Optional.ofNullable(graph.function().getVariable(name))
              .map(SDVariable::dataType)
              .orElse(graph.type());
      if (!fits(array.shape(), shape) || array.dataType() != type) {
        throw new IllegalArgumentException(
            "input %s is %s %s but is bound to %s %s"
                .formatted(
                    name,
                    type,
                    Arrays.toString(shape),
                    array.dataType(),
                    Arrays.toString(array.shape())));
      }
    }
    if ((input ? inputs : outputs).putIfAbsent(name, array) != null) {
      throw new IllegalArgumentException(name + " is bound already");
    }
    return this;
  }

  private static boolean fits(long[] found, long... declared) {
    return found.length == declared.length
        && IntStream.range(0, found.length)
            .allMatch(i -> declared[i] == -1 || declared[i] == found[i]);
  }

  /**
   * Lets each run pause when a bound output is written and before a bound input, which may depend
   * on it, is read. Other programs that share a workspace with this one must not run meanwhile.
   */
  public Bindings pause(String output, String input) {
    pause = Optional.of(new Pause(output, input));
    return this;
  }

  /** Where a run pauses. */
  public Optional<Pause> pause() {
    return pause;
  }

  /** Lends memory for intermediate results; without it the program makes its own. */
  public Bindings workspace(Workspace lent) {
    workspace = Optional.of(lent);
    return this;
  }

  /** Lends no memory, as at first. */
  public Bindings ownWorkspace() {
    workspace = Optional.empty();
    return this;
  }

  /** The memory that is lent for intermediate results. */
  public Optional<Workspace> workspace() {
    return workspace;
  }

  /** Lets the program compute in a number format; without it, in float32. */
  public Bindings precision(Precision chosen) {
    precision = chosen;
    return this;
  }

  /** In which number format the program computes. */
  public Precision precision() {
    return precision;
  }

  /** Binds a network's parameters and states, as far as the graph reads them. */
  public Bindings bindNetwork(String network, ParameterVector values) {
    for (ParameterLayout.Slot slot : values.layout().slots()) {
      INDArray view = values.view(slot.name());
      bindIfPresent(network + slot.name(), view);
      bindIfPresent(network + slot.name() + Scope.DETACHED, view);
    }
    return this;
  }

  /** Lets each run write the network's next states over its states. */
  public Bindings bindNextStates(String network, ParameterVector values) {
    return bindNextStates(network, values, state -> true);
  }

  /**
   * The same of some states; the others stay.
   *
   * @param moves whether a state is one of them, by its name
   */
  public Bindings bindNextStates(String network, ParameterVector values, Predicate<String> moves) {
    for (ParameterLayout.Slot slot : values.layout().slots()) {
      if (moves.test(slot.name())) {
        bindIfPresent(network + slot.name() + Scope.NEXT, values.view(slot.name()));
      }
    }
    return this;
  }

  /** Binds the gradients of a network's trainable parameters as outputs. */
  public Bindings bindGradients(String network, ParameterVector gradients) {
    for (ParameterLayout.Slot slot : gradients.layout().slots()) {
      bindIfPresent(Graph.gradientOf(network + slot.name()), gradients.view(slot.name()));
    }
    return this;
  }

  /** Binds an input or output if the graph has one of this name. */
  public Bindings bindIfPresent(String name, INDArray array) {
    return graph.inputs().containsKey(name) || graph.outputs().containsKey(name)
        ? bind(name, array)
        : this;
  }

  public Graph graph() {
    return graph;
  }

  /**
   * The array of each input.
   *
   * @throws IllegalStateException if an input is not bound
   */
  public Map<String, INDArray> inputs() {
    for (String name : graph.inputs().keySet()) {
      if (!inputs.containsKey(name)) {
        throw new IllegalStateException("input " + name + " is not bound");
      }
    }
    return inputs;
  }

  /** The array of each bound output. */
  public Map<String, INDArray> outputs() {
    return outputs;
  }
}
