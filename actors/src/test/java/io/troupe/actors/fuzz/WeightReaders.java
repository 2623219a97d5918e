package io.troupe.actors.fuzz;

import io.troupe.config.FeatureNetwork;
import io.troupe.config.RunSettings.ChannelOrder;
import io.troupe.metrics.StatisticsFile;
import io.troupe.metrics.dl4j.Dl4jFeatures;
import io.troupe.metrics.inception.InceptionWeights;
import io.troupe.models.published.RecognisedNetworks;
import io.troupe.models.weights.StoredTensor;
import io.troupe.models.weights.WeightsFile;
import io.troupe.models.weights.WeightsGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Readers of networks and of what is computed by them. */
final class WeightReaders {
  private static final FeatureNetwork LAYER =
      new FeatureNetwork("dense", 0, ChannelOrder.RGB, "0", "255");
  private static final int SIDE = 8;

  /** Such files are read by the HDF Group's library in C, which is not ours to try. */
  private static final int HDF5 = 0x89;

  private WeightReaders() {}

  /** All that import and inspect read. */
  static void weights(Path folder, byte[] bytes) throws IOException {
    try (WeightsFile file = WeightsFile.open(Files.write(folder.resolve("weights"), bytes))) {
      for (WeightsGroup group : file.groups().values()) {
        RecognisedNetworks.recognise(group);
        for (StoredTensor tensor : group.tensors().values()) {
          tensor.values();
        }
      }
    }
  }

  /** The graph of Inception, or its state dict. */
  static void inception(Path folder, byte[] bytes) throws IOException {
    InceptionWeights.read(Files.write(folder.resolve("inception"), bytes));
  }

  /** A network of one's own, of DeepLearning4J. */
  static void network(Path folder, byte[] bytes) throws IOException {
    if (bytes.length == 0 || (bytes[0] & 0xFF) != HDF5) {
      Dl4jFeatures.open(Files.write(folder.resolve("network.zip"), bytes), LAYER, SIDE, SIDE)
          .close();
    }
  }

  /** Statistics of features. */
  static void statistics(Path folder, byte[] bytes) throws IOException {
    StatisticsFile.read(Files.write(folder.resolve("statistics.npz"), bytes));
  }
}
