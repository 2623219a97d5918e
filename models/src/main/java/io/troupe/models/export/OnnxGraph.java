package io.troupe.models.export;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.memory.HostArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/** A graph of ONNX that nodes and constants are added to. */
final class OnnxGraph {
  private final Onnx.GraphProto.Builder graph;
  private final Set<String> constants = new HashSet<>();
  private int made;

  /** Adds to a graph. */
  OnnxGraph(Onnx.GraphProto.Builder graph) {
    this.graph = graph;
  }

  /** The name of a value, which is added if it is a constant. */
  String read(FlatGraph.Node node) {
    if (node.origin() == FlatGraph.Origin.CONSTANT && constants.add(node.name())) {
      floats(node.name(), HostArray.copy(node.array()), node.array().shape());
    }
    return node.name();
  }

  /** Adds an array of float32; its name begins with {@code base}. */
  String numbers(String base, float[] values, long... shape) {
    String name = fresh(base);
    floats(name, values, shape);
    return name;
  }

  /** Adds a scalar of float32. */
  String number(double value) {
    return numbers("number", new float[] {(float) value});
  }

  /** Adds a vector of int64. */
  String integers(long... values) {
    String name = fresh("integers");
    ByteBuffer bytes = bytes(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    constant(name, Onnx.TensorProto.DataType.INT64, bytes, values.length);
    return name;
  }

  private void floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = bytes(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    constant(name, Onnx.TensorProto.DataType.FLOAT, bytes, shape);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void constant(
      String name, Onnx.TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    graph.addInitializer(
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .addAllDims(LongStream.of(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(bytes)));
  }

  /** Adds the transposition of a value. */
  String transposed(String value, long... axes) {
    String name = fresh(value);
    node("Transpose", name, List.of(value), integers("perm", axes));
    return name;
  }

  /** A name that no other value has. */
  String fresh(String base) {
    return base + "#" + made++;
  }

  /** Adds a node with one result. */
  void node(String type, String out, List<String> inputs, Onnx.AttributeProto... attributes) {
    graph.addNode(
        Onnx.NodeProto.newBuilder()
            .setName(type + " " + out)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(out)
            .addAllAttribute(List.of(attributes)));
  }

  /** An attribute of a node. */
  static Onnx.AttributeProto integer(String name, long value) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** An attribute of a node. */
  static Onnx.AttributeProto integers(String name, long... values) {
    return Onnx.AttributeProto.newBuilder()
        .setName(name)
        .setType(Onnx.AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }
}
