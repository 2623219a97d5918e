package io.troupe.metrics.inception;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.ExtensionRegistryLite;
import org.nd4j.shade.protobuf.WireFormat;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/** Reads constants of a TensorFlow graph, which is a GraphDef in protocol buffers' encoding. */
final class GraphDefReader {
  private static final int NODE =
      GraphDef.NODE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  /** More than the whole network. */
  private static final int MOST_BYTES = 1 << 28;

  private GraphDefReader() {}

  /** Hides how much can be read, because an archive may lie about it. */
  private static final class UnknownLength extends FilterInputStream {
    UnknownLength(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 0;
    }
  }

  /**
   * Reads those constants that have one of the names, a node at a time.
   *
   * @throws IOException if it is no graph, or ends early
   */
  static Map<String, Tensor> read(InputStream content, Set<String> names) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(new UnknownLength(content));
    in.setSizeLimit(MOST_BYTES);
    Map<String, Tensor> found = new HashMap<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag != NODE) {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
          throw new IOException("it has a group, which does not occur in a graph");
        }
        in.skipField(tag);
        continue;
      }
      NodeDef node = in.readMessage(NodeDef.parser(), ExtensionRegistryLite.getEmptyRegistry());
      if (names.contains(node.getName())) {
        AttrValue value = node.getAttrOrDefault("value", AttrValue.getDefaultInstance());
        found.put(node.getName(), tensor(node.getName(), value.getTensor()));
      }
    }
    return found;
  }

  private static Tensor tensor(String name, TensorProto proto) throws IOException {
    if (proto.getDtype() != DataType.DT_FLOAT) {
      throw new IOException("tensor %s is of type %s, not float".formatted(name, proto.getDtype()));
    }
    List<Long> shape =
        proto.getTensorShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    long length = Tensor.length(name, shape);
    int bytes = proto.getTensorContent().size();
    int single = proto.getFloatValCount();
    if (bytes == 0 ? single == 0 || single > length : bytes != length * Float.BYTES) {
      throw new IOException(
          "tensor %s of shape %s has %d bytes and %d single values"
              .formatted(name, shape, bytes, single));
    }
    float[] values = new float[(int) length];
    if (bytes > 0) {
      proto
          .getTensorContent()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
    } else {
      // The last value stands for all that follow.
      for (int i = 0; i < values.length; i++) {
        values[i] = proto.getFloatVal(Math.min(i, single - 1));
      }
    }
    return new Tensor(shape, values);
  }
}
