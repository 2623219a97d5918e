package io.troupe.actors.checkpoint;

import io.troupe.data.npz.NpyHeader;
import io.troupe.data.npz.NpyType;
import io.troupe.data.npz.NpzWriter;
import io.troupe.models.graph.ParameterLayout;
import java.io.IOException;
import java.nio.file.Path;

/** NumPy's archive of a network's tensors, parameters and states. */
final class NpzTensors {
  private NpzTensors() {}

  static void write(ExportedNetwork network, Path file) throws IOException {
    try (NpzWriter npz = new NpzWriter(file)) {
      for (ParameterLayout.Slot slot : network.layout().slots()) {
        NpyHeader header =
            new NpyHeader(NpyType.FLOAT32, slot.shape().stream().map(Math::toIntExact).toList());
        npz.add(
            slot.name(),
            header,
            out -> network.checkpoint().copy(network.network(), slot.offset(), slot.length(), out));
      }
    }
  }
}
