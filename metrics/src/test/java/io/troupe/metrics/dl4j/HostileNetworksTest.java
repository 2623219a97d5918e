package io.troupe.metrics.dl4j;

import static io.troupe.metrics.dl4j.Dl4jFeaturesTest.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.metrics.WeightsException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that run code where DeepLearning4J itself reads them, and such that claim too much. */
class HostileNetworksTest {
  private static final AtomicInteger RUN = new AtomicInteger();
  private static final int SIDE = MadeNetworks.SIDE;

  @TempDir Path folder;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /** Runs code when it is read. */
  private static final class Payload implements Serializable {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUN.incrementAndGet();
    }
  }

  /** Runs code when it is loaded. Named in texts only, one class for each test. */
  static final class Loaded {
    static {
      RUN.incrementAndGet();
    }
  }

  /** As {@link Loaded}. */
  static final class LoadedToo {
    static {
      RUN.incrementAndGet();
    }
  }

  @BeforeEach
  void readNetwork() throws IOException {
    RUN.set(0);
    Path whole = MadeNetworks.write(MadeNetworks.chain(3), folder.resolve("chain.zip"));
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(whole))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private static byte[] serialised() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Payload());
    }
    return bytes.toByteArray();
  }

  private String configuration() {
    return new String(entries.get("configuration.json"), StandardCharsets.UTF_8);
  }

  private void configure(String json) {
    entries.put("configuration.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void open(Path file) {
    Dl4jFeatures.open(file, layer("conv", 0, "0", "255"), SIDE, SIDE).close();
  }

  @Test
  void javaObjectsAreNotRestored() throws IOException {
    entries.put("preprocessor.bin", serialised());
    entries.put("normalizer.bin", serialised());
    Path file = write("objects.zip");
    open(file);
    assertThat(RUN).hasValue(0);
    assertThatThrownBy(() -> Dl4jFeatures.open(file, layer("conv"), SIDE, SIDE))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            ".bin, which prepares its pictures and is not read", "evaluation.input-mean");
    assertThat(RUN).hasValue(0);

    // DeepLearning4J's own reader runs it.
    assertThatThrownBy(() -> ModelSerializer.restoreMultiLayerNetwork(file.toFile()))
        .isInstanceOf(ClassCastException.class);
    assertThat(RUN).hasValue(1);
  }

  @Test
  void classesThatItNamesAreNotLoaded() throws IOException {
    String named = "org.deeplearning4j.nn.conf.layers.ConvolutionLayer";
    String json = configuration();
    assertThat(json).contains('"' + named + '"');
    configure(json.replace(named, "io.troupe.metrics.dl4j.HostileNetworksTest$Loaded"));
    Path file = write("class.zip");
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            file
                + " names the class io.troupe.metrics.dl4j.HostileNetworksTest$Loaded, which is none"
                + " of DeepLearning4J; nothing of it was loaded");
    assertThat(RUN).hasValue(0);

    // DeepLearning4J's own reader loads it before it finds that it is no layer.
    String other = json.replace(named, "io.troupe.metrics.dl4j.HostileNetworksTest$LoadedToo");
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(other)).isNotNull();
    assertThat(RUN).hasValue(1);
  }

  @Test
  void whatItClaimsIsComparedWithWhatItHas() throws IOException {
    String json = configuration();
    configure(json.replace("\"nout\" : 4", "\"nout\" : 2000000000"));
    assertThat(configuration()).isNotEqualTo(json);
    Path large = write("large.zip");
    assertThatThrownBy(() -> open(large))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("has a bad coefficients.bin: it has ");

    configure("[".repeat(100_000));
    Path deep = write("deep.zip");
    assertThatThrownBy(() -> open(deep)).isInstanceOf(WeightsException.class);

    configure(json);
    byte[] weights = entries.get("coefficients.bin");
    entries.put("coefficients.bin", java.util.Arrays.copyOf(weights, weights.length - 5));
    Path shorter = write("short.zip");
    assertThatThrownBy(() -> open(shorter))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("coefficients.bin");

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF("LONG_SHAPE");
      out.writeLong(Long.MAX_VALUE);
      out.writeUTF("LONG");
    }
    entries.put("coefficients.bin", bytes.toByteArray());
    Path shape = write("shape.zip");
    assertThatThrownBy(() -> open(shape))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("its shape has " + Long.MAX_VALUE + " numbers");
  }
}
