package io.troupe.models.graph;

import io.troupe.config.RunSettings.BatchNormMode;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The place of a layer in a network in a graph: layers declare parameters and states here under
 * names that are unique in their network, and get the graph's variables for them.
 */
public final class Scope {
  /** Ends the name of the input that holds a parameter's values outside of differentiation. */
  public static final String DETACHED = "@detached";

  /** Ends the name of the output that holds a state's next values. */
  static final String NEXT = "@next";

  private final GraphBuilder graph;
  private final String network;
  private final String path;
  private final ParameterLayout.Recorder recorder;
  private final BatchNormMode batchNorm;

  Scope(
      GraphBuilder graph,
      String network,
      String path,
      ParameterLayout.Recorder recorder,
      BatchNormMode batchNorm) {
    this.graph = graph;
    this.network = network;
    this.path = path;
    this.recorder = recorder;
    this.batchNorm = batchNorm;
  }

  /** The scope of a part of this one. */
  public Scope child(String name) {
    return new Scope(graph, network, path + name + ".", recorder, batchNorm);
  }

  /** Declares a trainable parameter and returns it. */
  public SDVariable parameter(String name, Initial initial, long... shape) {
    recorder.declare(path + name, shape, initial, true);
    return graph.input(network + path + name, shape);
  }

  /** The values of a declared parameter as a constant: no gradient flows into it. */
  public SDVariable detached(String name) {
    String full = network + path + name;
    return graph.input(full + DETACHED, graph.shape(full));
  }

  /** Declares a state, which steps change other than by gradients, and returns its value. */
  public SDVariable state(String name, Initial initial, long... shape) {
    recorder.declare(path + name, shape, initial, false);
    return graph.input(network + path + name, shape);
  }

  /** Says what a declared state becomes when a step in training has run. */
  public void nextState(String name, SDVariable value) {
    graph.output(network + path + name + NEXT, value);
  }

  /** Everything that the network has declared so far. */
  public ParameterLayout layout() {
    return recorder.layout();
  }

  /** Which statistics batch norm uses. */
  public BatchNormMode batchNorm() {
    return batchNorm;
  }

  /** The graph. */
  public GraphBuilder graph() {
    return graph;
  }

  /** The graph's operations. */
  public SameDiff operations() {
    return graph.sameDiff();
  }
}
