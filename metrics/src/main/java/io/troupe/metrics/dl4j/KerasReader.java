package io.troupe.metrics.dl4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.models.memory.HostArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.hdf5.Exception;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Reads what Keras' {@code model.save("network.h5")} writes, by DeepLearning4J's import. Layers
 * that hold code of Python, such as Lambda, are refused by it.
 */
final class KerasReader {
  /** All that HDF5's library says of a file that is cut off. */
  private static final String NOT_OPENED = "H5Fopen failed";

  private KerasReader() {}

  /** Makes the natives of HDF5 ready. */
  interface Natives {
    /** Loads them; an error says why that is impossible. */
    void load();
  }

  /** A network and what its file says of its input. */
  record Keras(LoadedNetwork network, Optional<NetworkInput> input) {}

  /** Reads a network with the natives that are there. */
  static Keras read(Path file) throws IOException {
    return read(file, () -> Loader.load(hdf5.class));
  }

  /**
   * Reads a network.
   *
   * @throws IOException if that cannot be done; the message goes on after the file's name
   */
  static Keras read(Path file, Natives natives) throws IOException {
    try {
      natives.load();
      // The exceptions say enough.
      Exception.dontPrint();
    } catch (LinkageError e) {
      throw new IOException(
          "is an HDF5 file, and there is no HDF5 library for this platform (%s): %s. Convert the network elsewhere: DeepLearning4J's KerasModelImport reads it, and ModelSerializer.writeModel writes a .zip"
              .formatted(Loader.getPlatform(), e.getMessage()),
          e);
    }
    try (KerasModelBuilder builder = new KerasModel().modelBuilder()) {
      builder.modelHdf5Filename(file.toString()).enforceTrainingConfig(false);
      if (new ObjectMapper()
          .readTree(builder.getModelJson())
          .path("class_name")
          .asText()
          .equals("Sequential")) {
        KerasSequentialModel model = builder.buildSequential();
        MultiLayerNetwork chain = model.getMultiLayerNetwork();
        ComputationGraph graph =
            new ComputationGraph(LoadedNetwork.graph(chain.getLayerWiseConfigurations()));
        graph.init(chain.params().reshape(1, chain.numParams()), false);
        return keras(model, graph);
      }
      KerasModel model = builder.buildModel();
      return keras(model, model.getComputationGraph());
    } catch (RuntimeException e) {
      if (NOT_OPENED.equals(NetworkFile.reason(e))) {
        throw new IOException("is a damaged HDF5 file, or not all of it is here", e);
      }
      throw e;
    } catch (InvalidKerasConfigurationException | UnsupportedKerasConfigurationException e) {
      throw new IOException("is not imported by DeepLearning4J: " + e.getMessage(), e);
    }
  }

  private static Keras keras(KerasModel model, ComputationGraph graph) throws IOException {
    LoadedNetwork network = new LoadedNetwork(graph);
    for (float weight : HostArray.copy(network.weights())) {
      if (!Float.isFinite(weight)) {
        network.close();
        throw new IOException("has a weight that is " + weight);
      }
    }
    InputType type = model.getOutputTypes().get(model.getInputLayerNames().get(0));
    return new Keras(network, NetworkInput.of(type));
  }
}
