package io.troupe.metrics.dl4j;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network that was read from a file. One thread at a time may use it. */
final class LoadedNetwork implements AutoCloseable {
  private ComputationGraph network;
  private final ComputationGraphConfiguration settings;
  private final List<String> layers = new ArrayList<>();

  /**
   * A graph that has its weights.
   *
   * @throws IllegalArgumentException if it has several inputs
   */
  LoadedNetwork(ComputationGraph network) {
    this.network = network;
    settings = network.getConfiguration();
    if (settings.getNetworkInputs().size() != 1) {
      throw new IllegalArgumentException(
          "it has the inputs %s; pictures are one input"
              .formatted(String.join(", ", settings.getNetworkInputs())));
    }
    for (int index : network.topologicalSortOrder()) {
      String name = network.getVertices()[index].getVertexName();
      if (!settings.getNetworkInputs().contains(name)) {
        layers.add(name);
      }
    }
  }

  /** A chain of layers as a graph, whose weights lie in the same order. */
  static ComputationGraphConfiguration graph(MultiLayerConfiguration chain) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.FLOAT)
            .graphBuilder()
            .validateOutputLayerConfig(false)
            .addInputs("input");
    List<String> names = new ArrayList<>(List.of("input"));
    for (int i = 0; i < chain.getConfs().size(); i++) {
      Layer layer = chain.getConf(i).getLayer();
      String name = layer.getLayerName();
      if (name == null || names.contains(name)) {
        name = "layer" + i;
      }
      graph.addLayer(name, layer, chain.getInputPreProcess(i), names.get(names.size() - 1));
      names.add(name);
    }
    return graph.setOutputs(names.get(names.size() - 1)).build();
  }

  /** Names of the layers, each after those that it is fed by. */
  List<String> layers() {
    return layers;
  }

  /**
   * What layers give for an input of a type, by name.
   *
   * @throws RuntimeException if they do not fit it
   */
  Map<String, InputType> outputs(InputType input) {
    // Of a copy, which is changed.
    Map<String, InputType> types = settings.clone().getLayerActivationTypes(true, false, input);
    Map<String, InputType> outputs = new LinkedHashMap<>();
    for (String name : layers) {
      if (settings.getVertices().get(name) instanceof LayerVertex layer
          && layer.getPreProcessor() instanceof CnnToFeedForwardPreProcessor from
          && types.get(settings.getVertexInputs().get(name).get(0))
              instanceof InputTypeConvolutional picture
          && (picture.getHeight() != from.getInputHeight()
              || picture.getWidth() != from.getInputWidth())) {
        throw new IllegalArgumentException(name + " is fed by others");
      }
      outputs.put(name, types.get(name));
    }
    return outputs;
  }

  /** What the network takes, as far as its layers say; empty if that is no pictures. */
  Optional<NetworkInput> input() {
    Optional<InputPreProcessor> before = Optional.empty();
    List<Layer> chain = new ArrayList<>();
    Optional<String> at = reader(settings.getNetworkInputs().get(0));
    while (at.isPresent()) {
      GraphVertex vertex = settings.getVertices().get(at.get());
      if (vertex instanceof LayerVertex layer) {
        if (chain.isEmpty() && before.isEmpty()) {
          before = Optional.ofNullable(layer.getPreProcessor());
        }
        chain.add(layer.getLayerConf().getLayer());
      } else if (vertex instanceof PreprocessorVertex other && chain.isEmpty()) {
        before = Optional.of(other.getPreProcessor());
      }
      at = reader(at.get());
    }
    return NetworkInput.of(before, chain);
  }

  /** The first layer that is fed by something. */
  private Optional<String> reader(String name) {
    return layers.stream()
        .filter(layer -> settings.getVertexInputs().get(layer).contains(name))
        .findFirst();
  }

  /**
   * Leaves out what a layer does not need, so that its output is the network's. DeepLearning4J
   * leaves memory open if other layers are asked for theirs.
   */
  void endAt(String layer) {
    ComputationGraphConfiguration cut = settings.clone();
    Set<String> needed = new HashSet<>(List.of(layer));
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (needed.contains(layers.get(i))) {
        needed.addAll(settings.getVertexInputs().get(layers.get(i)));
      }
    }
    cut.getVertices().keySet().retainAll(needed);
    cut.getVertexInputs().keySet().retainAll(needed);
    cut.setNetworkOutputs(List.of(layer));
    cut.setTopologicalOrder(null);
    cut.setTopologicalOrderStr(null);
    ComputationGraph shorter = new ComputationGraph(cut);
    shorter.init();
    for (String name : cut.getVertices().keySet()) {
      INDArray weights = shorter.getVertex(name).params();
      if (weights != null && weights.length() > 0) {
        weights.assign(network.getVertex(name).params());
      }
    }
    network.params().close();
    network = shorter;
  }

  /** The network's output, which the caller closes. */
  INDArray output(INDArray input) {
    return network.output(false, input)[0];
  }

  /** All weights. */
  INDArray weights() {
    return network.params();
  }

  @Override
  public void close() {
    weights().close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
