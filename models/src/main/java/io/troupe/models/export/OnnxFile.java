package io.troupe.models.export;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.networks.ImageSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx;

/**
 * Generators in ONNX (onnx.ai), opset 17. The classes of its schema are ND4J's.
 *
 * @param model all that the file holds
 */
public record OnnxFile(Onnx.ModelProto model) {
  private static final int OPSET = 17;

  /** The version of the schema that opset 17 came with. */
  private static final int IR_VERSION = 8;

  /** The symbolic size of a dimension that is the number of pictures. */
  private static final String ANY = "N";

  private static final Map<String, String> TEXTS =
      Map.of(
          ExportedGenerator.LATENT,
          "standard normal numbers",
          ExportedGenerator.CLASS,
          "a class for each picture, from 0 on",
          ExportedGenerator.TRUNCATION,
          "1 leaves styles as they are, 0 makes all of them the mean style",
          ExportedGenerator.IMAGE,
          "pictures, meant to be in [-1, 1]");

  /**
   * A generator.
   *
   * @param metadata what else the file says
   * @throws UnsupportedOperationException if there is nothing in ONNX for an operation, which is
   *     named
   */
  public static OnnxFile of(ExportedGenerator generator, Map<String, String> metadata) {
    Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder().setName("generator");
    generator
        .inputs()
        .forEach(
            (name, shape) ->
                graph.addInput(
                    tensor(
                        name,
                        name.equals(ExportedGenerator.CLASS)
                            ? Onnx.TensorProto.DataType.INT64
                            : Onnx.TensorProto.DataType.FLOAT,
                        shape)));
    OnnxNodes nodes = new OnnxNodes(graph);
    for (FlatGraph.Step step : generator.flat().steps()) {
      nodes.add(step);
    }
    ImageSpec spec = generator.spec();
    graph.addOutput(
        tensor(
            ExportedGenerator.IMAGE,
            Onnx.TensorProto.DataType.FLOAT,
            -1,
            spec.channels(),
            spec.size(),
            spec.size()));
    Onnx.ModelProto.Builder model = model(graph);
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return new OnnxFile(model.build());
  }

  /** A file of a graph, without metadata. */
  static Onnx.ModelProto.Builder model(Onnx.GraphProto.Builder graph) {
    Onnx.ModelProto.Builder model =
        Onnx.ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("Troupe")
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setVersion(OPSET))
            .setGraph(graph);
    Optional.ofNullable(OnnxFile.class.getPackage().getImplementationVersion())
        .ifPresent(model::setProducerVersion);
    return model;
  }

  /** An input or output; a size of -1 is the number of pictures. */
  static Onnx.ValueInfoProto tensor(String name, Onnx.TensorProto.DataType type, long... shape) {
    Onnx.TensorShapeProto.Builder sizes = Onnx.TensorShapeProto.newBuilder();
    for (long size : shape) {
      Onnx.TensorShapeProto.Dimension.Builder dimension =
          Onnx.TensorShapeProto.Dimension.newBuilder();
      sizes.addDim(size < 0 ? dimension.setDimParam(ANY) : dimension.setDimValue(size));
    }
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(TEXTS.getOrDefault(name, ""))
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(sizes)))
        .build();
  }

  /** Writes the file. */
  public void write(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
  }
}
