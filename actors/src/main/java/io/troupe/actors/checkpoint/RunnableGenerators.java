package io.troupe.actors.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.config.files.AtomicFile;
import io.troupe.data.Datasets;
import io.troupe.models.export.ExportedGenerator;
import io.troupe.models.export.OnnxFile;
import io.troupe.models.export.SameDiffFile;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Generators as files that other programs run. */
final class RunnableGenerators {
  private RunnableGenerators() {}

  /** As ONNX, with what it is from as metadata. */
  static AtomicFile.Content onnx(ExportedNetwork network) throws IOException, ExportException {
    requireGenerator(network);
    try (ExportedGenerator generator = load(network)) {
      return OnnxFile.of(generator, metadata(network))::write;
    } catch (UnsupportedOperationException e) {
      throw new ExportException(e.getMessage());
    }
  }

  /** In SameDiff's format, which has no place for metadata. */
  static AtomicFile.Content sameDiff(ExportedNetwork network) throws ExportException {
    requireGenerator(network);
    return file -> {
      try (ExportedGenerator generator = load(network)) {
        SameDiffFile.write(generator, file);
      }
    };
  }

  private static void requireGenerator(ExportedNetwork network) throws ExportException {
    if (network.network() == StoredNetwork.DISCRIMINATOR) {
      throw new ExportException(
          "only a generator is such a file; leave out --network, or export its tensors with"
              + " --format safetensors or npz");
    }
  }

  private static ExportedGenerator load(ExportedNetwork network) throws IOException {
    try (FloatVector values = FloatVector.zeros(network.layout().length())) {
      network.checkpoint().read(network.network(), values.write());
      return ExportedGenerator.of(network.settings().network(), network.spec(), values);
    }
  }

  private static Map<String, String> metadata(ExportedNetwork network) throws IOException {
    ImageSpec spec = network.spec();
    Map<String, String> metadata = network.metadata();
    metadata.put("kind", network.settings().network().kind());
    metadata.put("checkpoint_sha256", network.checkpoint().sha256());
    metadata.put("image_size", Integer.toString(spec.size()));
    metadata.put("image_channels", Integer.toString(spec.channels()));
    metadata.put("image_range", "[-1, 1]");
    metadata.put("classes", Integer.toString(spec.classes()));
    List<String> names = Datasets.classNames(network.settings().dataset());
    if (names.size() == spec.classes()) {
      metadata.put("class_names", new ObjectMapper().writeValueAsString(names));
    }
    return metadata;
  }
}
