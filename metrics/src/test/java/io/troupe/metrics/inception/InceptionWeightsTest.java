package io.troupe.metrics.inception;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.fetch.CacheFolder;
import io.troupe.metrics.WeightsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.ByteString;
import org.tensorflow.framework.AttrValue;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.GraphDef;
import org.tensorflow.framework.NodeDef;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;

/** Files of the wrong kind, or damaged; whole ones are read in {@link InceptionFeaturesTest}. */
class InceptionWeightsTest {
  private static final String RESOURCES = "src/test/resources/io/troupe/metrics/inception/";

  @TempDir private Path folder;

  @Test
  void saysWhereWeightsComeFrom() {
    Path path = folder.resolve("none");
    assertThatThrownBy(() -> InceptionWeights.read(path))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(path.toString(), "no such file", "troupe fetch inception");
  }

  @Test
  void looksIntoTheCacheUnlessAPathIsGiven() throws IOException {
    CacheFolder cache = new CacheFolder(folder);
    Path given = Path.of("given");
    assertThat(InceptionWeights.find(Optional.of(given), cache)).isEqualTo(given);
    assertThatThrownBy(() -> InceptionWeights.find(Optional.empty(), cache))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(folder.toString(), "troupe fetch inception");
    for (String name :
        List.of(
            "pt_inception-2015-12-05-6726825d.pth",
            "classify_image_graph_def.pb",
            "inception-2015-12-05.tgz")) {
      Path path = Files.createFile(folder.resolve(name));
      assertThat(InceptionWeights.find(Optional.empty(), cache)).isEqualTo(path);
    }
  }

  @Test
  void saysInWholeSentencesWhatAImageIsNot() throws IOException {
    Path image =
        Files.write(
            folder.resolve("picture.png"),
            new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I'});
    assertThatThrownBy(() -> InceptionWeights.read(image))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("picture.png: expected the Inception network of 2015-12-05, but: ")
        .hasMessageNotContaining("..")
        .hasMessageNotContaining("null");
  }

  @Test
  void refusesAnotherNetwork() throws IOException {
    assertRefused(graph(node("conv/conv2d_params", 3, 3, 3, 32)), "no tensor conv/batchnorm/");
    assertRefused(graph(), "there is no tensor");
    assertRefused(new byte[0], "there is no tensor");
    assertRefused(
        Files.readAllBytes(Path.of(RESOURCES, "state-dict.pth")),
        "there is no tensor Conv2d_1a_3x3.bn.weight");
  }

  @Test
  void refusesFilesOfAnotherKind() throws IOException {
    assertRefused("What is this?".getBytes(UTF_8), "expected the Inception network of 2015-12-05");
    assertRefused(
        Files.readAllBytes(Path.of(RESOURCES, "state-dict-legacy.pth")),
        "as PyTorch wrote it before version 1.6",
        "save it again");
    assertRefused(archive("readme.txt", new byte[9]), "no entry classify_image_graph_def.pb");
  }

  @Test
  void refusesDamagedFiles() throws IOException {
    byte[] graph = graph(node("conv/conv2d_params", 3, 3, 3, 32));
    assertRefused(Arrays.copyOf(graph, graph.length - 1), "ended unexpectedly");
    byte[] archive = archive("classify_image_graph_def.pb", graph);
    assertRefused(Arrays.copyOf(archive, archive.length - 1), "it ends early");
    byte[] wrongChecksum = archive.clone();
    wrongChecksum[archive.length - 8] ^= 1;
    assertRefused(wrongChecksum, "Corrupt GZIP trailer");
    byte[] zip = Files.readAllBytes(Path.of(RESOURCES, "state-dict.pth"));
    assertRefused(Arrays.copyOf(zip, zip.length - 30), "zip");
  }

  @Test
  void refusesTensorsThatAreNoFloatsOfTheirShape() throws IOException {
    AttrValue whole =
        AttrValue.newBuilder()
            .setTensor(TensorProto.newBuilder().setDtype(DataType.DT_INT32))
            .build();
    NodeDef integers =
        NodeDef.newBuilder().setName("conv/conv2d_params").putAttr("value", whole).build();
    assertRefused(graph(integers), "tensor conv/conv2d_params is of type DT_INT32, not float");
    NodeDef shorter = node("conv/conv2d_params", 5);
    TensorProto tensor =
        shorter.getAttrOrThrow("value").getTensor().toBuilder()
            .setTensorContent(ByteString.copyFrom(new byte[16]))
            .build();
    NodeDef damaged =
        shorter.toBuilder()
            .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
            .build();
    assertRefused(
        graph(damaged), "tensor conv/conv2d_params of shape [5] has 16 bytes and 0 single values");
  }

  @Test
  void readsBothWaysToStoreNumbers() throws IOException {
    TensorProto single =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(shape(4))
            .addFloatVal(2)
            .addFloatVal(3)
            .build();
    NodeDef repeated =
        NodeDef.newBuilder()
            .setName("repeated")
            .putAttr("value", AttrValue.newBuilder().setTensor(single).build())
            .build();
    byte[] graph = graph(node("other", 7), node("plain", 2, 3), repeated);
    Map<String, Tensor> tensors =
        GraphDefReader.read(new ByteArrayInputStream(graph), Set.of("plain", "repeated", "none"));
    assertThat(tensors).containsOnlyKeys("plain", "repeated");
    assertThat(tensors.get("plain").shape()).containsExactly(2L, 3L);
    assertThat(tensors.get("plain").values()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(tensors.get("repeated").values()).containsExactly(2, 3, 3, 3);
  }

  private void assertRefused(byte[] content, String... words) throws IOException {
    Path path = Files.write(folder.resolve("weights"), content);
    assertThatThrownBy(() -> InceptionWeights.read(path))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining("troupe fetch inception")
        .hasMessageContainingAll(words);
  }

  private static byte[] graph(NodeDef... nodes) {
    return GraphDef.newBuilder().addAllNode(Arrays.asList(nodes)).build().toByteArray();
  }

  /** A graph of another network. */
  static byte[] smallGraph() {
    return graph(node("conv/conv2d_params", 3, 3, 3, 32));
  }

  /** A constant that counts from 0. */
  private static NodeDef node(String name, long... sizes) {
    int length = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    ByteBuffer content = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      content.putFloat(i);
    }
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_FLOAT)
            .setTensorShape(shape(sizes))
            .setTensorContent(ByteString.copyFrom(content.flip()))
            .build();
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  static byte[] archive(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }
}
