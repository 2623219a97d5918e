package io.troupe.actors.checkpoint;

import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.published.Extra;
import io.troupe.models.published.MisfitException;
import io.troupe.models.published.Part;
import io.troupe.models.published.PublishedNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network's tensors as a published PyTorch program has them: all of its module, and no others.
 */
final class PublishedTensors {
  private final ExportedNetwork network;
  private final PublishedNetwork published;

  private PublishedTensors(ExportedNetwork network, PublishedNetwork published) {
    this.network = network;
    this.published = published;
  }

  /**
   * The tensors of a checkpoint's network.
   *
   * @throws ExportException if no published program has such a network
   */
  static PublishedTensors of(ExportedNetwork network) throws ExportException {
    Part part =
        network.network() == StoredNetwork.DISCRIMINATOR ? Part.DISCRIMINATOR : Part.GENERATOR;
    try {
      return new PublishedTensors(
          network,
          PublishedNetwork.of(
              network.settings().network(), network.spec(), part, network.layout()));
    } catch (MisfitException e) {
      throw new ExportException(
          e.getMessage() + "; --format safetensors has its tensors as they are here");
    }
  }

  void write(Path file) throws IOException {
    Map<String, String> metadata = network.metadata();
    metadata.put("layout", published.program().program());
    List<Safetensors.Entry> entries =
        published.tensors().stream()
            .map(
                tensor ->
                    new Safetensors.Entry(
                        tensor.name(),
                        isCounter(tensor) ? "I64" : "F32",
                        isCounter(tensor) ? Long.BYTES : Float.BYTES,
                        tensor.shape(),
                        out -> write(tensor, out)))
            .toList();
    Safetensors.write(metadata, entries, file);
  }

  private static boolean isCounter(PublishedNetwork.Tensor tensor) {
    return tensor instanceof PublishedNetwork.Theirs theirs
        && theirs.extra().kind() == Extra.Kind.COUNTER;
  }

  private void write(PublishedNetwork.Tensor tensor, OutputStream out) throws IOException {
    if (isCounter(tensor)) {
      out.write(new byte[Long.BYTES]);
    } else if (tensor instanceof PublishedNetwork.Theirs theirs) {
      out.write(bytes(theirs.extra().values(theirs.index())));
    } else if (tensor instanceof PublishedNetwork.Ours ours) {
      out.write(bytes(published.published(ours.slot(), read(ours.slot()))));
    }
  }

  private float[] read(ParameterLayout.Slot slot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    network.checkpoint().copy(network.network(), slot.offset(), slot.length(), bytes);
    float[] values = new float[Math.toIntExact(slot.length())];
    ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static byte[] bytes(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
