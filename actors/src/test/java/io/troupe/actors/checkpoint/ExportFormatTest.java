package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.config.RunSettings;
import io.troupe.data.npz.NpzReader;
import io.troupe.models.graph.ParameterLayout;
import io.troupe.models.graph.ParameterVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.GanTraining;
import io.troupe.models.training.NetworkLayouts;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportFormatTest {
  private static GanTraining training;
  private static TrainingState state;

  @TempDir private Path folder;

  private StoredCheckpoint checkpoint;
  private Path file;

  private record Tensor(List<Long> shape, List<Integer> bits) {}

  @BeforeAll
  static void makeState() {
    training = SmallStates.training(4, 20);
    state = new TrainingState(training);
    SmallStates.fill(state, 12);
    state.copyInto(training);
  }

  @AfterAll
  static void free() {
    state.close();
    training.close();
  }

  @BeforeEach
  void open() throws Exception {
    checkpoint =
        StoredCheckpoint.open(
            new CheckpointStore(folder.resolve("checkpoints"), "demo", 112).save(state).file());
    file = Files.createDirectory(folder.resolve("out")).resolve("tensors");
  }

  @AfterEach
  void close() throws IOException {
    checkpoint.close();
  }

  private void export(StoredNetwork network, ExportFormat format) throws Exception {
    format.write(ExportedNetwork.of(checkpoint, network, SmallStates.settings(4)), file);
  }

  /** What the networks themselves see under each name. */
  private static Map<String, Tensor> expected(StoredNetwork network) {
    ParameterVector values =
        (network == StoredNetwork.DISCRIMINATOR ? training.discriminator() : training.generator())
            .values();
    values.floats().assign(state.vectors().get(network.vector()));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (ParameterLayout.Slot slot : values.layout().slots()) {
      float[] numbers = values.view(slot.name()).dup('c').data().asFloat();
      tensors.put(
          slot.name(),
          new Tensor(
              Arrays.stream(values.view(slot.name()).shape()).boxed().toList(), bits(numbers)));
    }
    return tensors;
  }

  private static List<Integer> bits(float[] values) {
    List<Integer> bits = new ArrayList<>();
    for (float value : values) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  private static JsonNode header(ByteBuffer bytes) throws IOException {
    byte[] json = new byte[Math.toIntExact(bytes.order(ByteOrder.LITTLE_ENDIAN).getLong())];
    bytes.get(json);
    assertThat(bytes.position() % 8).isZero();
    assertThat(json).startsWith('{');
    return new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
  }

  private static List<Long> numbers(JsonNode list) {
    List<Long> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.asLong()));
    return numbers;
  }

  @ParameterizedTest
  @EnumSource
  void safetensorsHoldEveryBitUnderItsName(StoredNetwork network) throws Exception {
    export(network, ExportFormat.SAFETENSORS);

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    JsonNode header = header(bytes);
    ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    long end = 0;
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (entry.getKey().equals("__metadata__")) {
        continue;
      }
      JsonNode tensor = entry.getValue();
      assertThat(tensor.get("dtype").asText()).isEqualTo("F32");
      List<Long> offsets = numbers(tensor.get("data_offsets"));
      assertThat(offsets.get(0)).as("no gap before %s", entry.getKey()).isEqualTo(end);
      end = offsets.get(1);
      List<Integer> bits = new ArrayList<>();
      for (long at = offsets.get(0); at < end; at += 4) {
        bits.add(data.getInt((int) at));
      }
      tensors.put(entry.getKey(), new Tensor(numbers(tensor.get("shape")), bits));
    }
    assertThat(data.capacity()).isEqualTo((int) end);
    assertThat(tensors).isEqualTo(expected(network));
  }

  @Test
  void safetensorsSayWhatTheyAreFrom() throws Exception {
    export(StoredNetwork.GENERATOR_AVERAGE, ExportFormat.SAFETENSORS);

    JsonNode metadata = header(ByteBuffer.wrap(Files.readAllBytes(file))).get("__metadata__");
    assertThat(metadata).allMatch(JsonNode::isTextual);
    assertThat(metadata.get("step").asText()).isEqualTo("12");
    assertThat(metadata.get("preset").asText()).isEqualTo("demo");
    assertThat(metadata.get("seed").asText()).isEqualTo("112");
    assertThat(metadata.get("network").asText()).isEqualTo("generator");
    assertThat(metadata.get("average").asText()).isEqualTo("true");
    assertThat(metadata.get("layout").asText()).contains("[height, width, in, out]");
  }

  @ParameterizedTest
  @EnumSource
  void npzHoldsEveryBitUnderItsName(StoredNetwork network) throws Exception {
    export(network, ExportFormat.NPZ);

    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (NpzReader npz = new NpzReader(file)) {
      for (String name : npz.names()) {
        tensors.put(
            name,
            new Tensor(
                npz.read(name).header().shape().stream().map(Integer::longValue).toList(),
                bits(npz.read(name).floats())));
      }
    }
    assertThat(tensors).isEqualTo(expected(network));
  }

  @ParameterizedTest
  @EnumSource
  void whatBreaksOffLeavesNothingBehindAndTheOldFileAsItWas(ExportFormat format) throws Exception {
    RunSettings settings = SmallStates.settings(6);
    ImageSpec spec = ImageSpec.rgb(32, 20);
    ExportedNetwork larger =
        new ExportedNetwork(
            checkpoint,
            StoredNetwork.GENERATOR,
            spec,
            NetworkLayouts.of(settings.network(), spec).generator(),
            settings);
    Files.writeString(file, "old");

    assertThatThrownBy(() -> format.write(larger, file))
        .isInstanceOf(IndexOutOfBoundsException.class);

    assertThat(file).hasContent("old");
    assertThat(file.getParent()).isDirectoryContaining(entry -> entry.equals(file));
    assertThat(file.getParent().toFile().list()).hasSize(1);
  }
}
