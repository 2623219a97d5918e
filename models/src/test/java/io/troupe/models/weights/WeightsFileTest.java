package io.troupe.models.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of weights, among them those that were made to do harm or that chance has changed. */
class WeightsFileTest {
  private static final Path FILES = Path.of("src/test/resources/io/troupe/models/published");
  private static final long MOST_BYTES = 48 << 20;
  private static final int MUTATIONS = 120;

  @TempDir private Path folder;

  /** Python would call os.system here, with a command that makes a file. */
  @Test
  void nothingIsCalled() throws IOException {
    try (WeightsFile file = WeightsFile.open(FILES.resolve("harm.pth"))) {
      assertThat(file.foreignCalls()).containsExactly("posix.system");
      assertThat(file.groups().get("").tensors())
          .containsOnlyKeys("main.0.weight", "main.1.running_mean");
    }
    try (WeightsFile file = WeightsFile.open(FILES.resolve("harm.pkl"))) {
      // The class whose __setstate__ calls it is made by copyreg or by itself.
      assertThat(file.foreignCalls()).contains("posix.system").hasSizeGreaterThan(1);
      assertThat(file.groups()).isEmpty();
    }
    for (String made : List.of("harm-of-a-pth", "harm-of-a-pkl", "harm-of-a-state")) {
      assertThat(Path.of(made)).doesNotExist();
    }
  }

  /** The text of a program in a pickle is text. */
  @Test
  void modulesAreReadWithoutTheirPrograms() throws IOException {
    try (WeightsFile file = WeightsFile.open(FILES.resolve("stylegan2.pkl"))) {
      assertThat(file.groups()).containsOnlyKeys("D", "G_ema");
      WeightsGroup generator = file.groups().get("G_ema");
      assertThat(generator.type()).isEqualTo("Generator");
      assertThat(generator.attributes()).containsEntry("mapping.fc0.bias_gain", 0.01);
      assertThat(generator.tensors().get("synthesis.b8.conv0.noise_strength").values())
          .containsExactly(0.3f);
    }
  }

  @Test
  void numbersOfEveryTypeAreRead() throws IOException {
    String header =
        "{\"half\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
            + "\"brain\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[6,8]},"
            + "\"whole\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}";
    byte[] file =
        ((char) header.length()
                + "\0\0\0\0\0\0\0"
                + header
                + "\0<\u0001\0\u0000\u00fc"
                + "\u0080\u00bf"
                + "\u0007\0\0\0\0\0\0\0")
            .getBytes(ISO_8859_1);
    try (WeightsFile read = WeightsFile.open(Files.write(folder.resolve("w.safetensors"), file))) {
      WeightsGroup all = read.groups().get("");
      assertThat(all.tensors().get("half").values())
          .containsExactly(1, (float) Math.scalb(1.0, -24), Float.NEGATIVE_INFINITY);
      assertThat(all.tensors().get("brain").values()).containsExactly(-1);
      assertThat(all.tensors().get("whole").values()).containsExactly(7);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0089HDF\r\n", "something else", ""})
  void otherFilesAreRefused(String start) throws IOException {
    Path file = Files.write(folder.resolve("f"), start.getBytes(ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("it is (an HDF5 file|neither).*");
  }

  /** Texts of lengths that the file does not have, endless nesting, maps of themselves. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080\u0002X\u00F0\u00FF\u00FF\u007Fabc.",
        "\u0080\u0002T\u00F0\u00FF\u00FF\u007Fabc.",
        "\u0080\u0003B\u00F0\u00FF\u00FF\u007Fabc.",
        "\u0080\u0004\u008E\u00F0\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007Fabc.",
        "\u0080\u0004\u008B\u00F0\u00FF\u00FF\u007Fabc.",
        "\u0080\u0002]q\0h\0a0}h\0K\1s.",
        "\u0080\u0002}q\0h\0K\1s.",
        "\u0080\u0002cos\nsystem\n"
      })
  void hostilePicklesAreRefused(String pickle) throws IOException {
    Path file = Files.write(folder.resolve("f.pkl"), pickle.getBytes(ISO_8859_1));
    long before = allocated();
    assertThatThrownBy(() -> WeightsFile.open(file)).isInstanceOf(IOException.class);
    assertThat(allocated() - before).isLessThan(MOST_BYTES);
  }

  /** A module that is its own child, and one whose children are all the same, 2^30 in all. */
  @Test
  void endlessModulesAreRefused() throws IOException {
    String call = "ctorch_utils.persistence\n_reconstruct_persistent_obj\n";
    String own =
        "\u0080\u0003"
            + call
            + "}X\5\0\0\0state}X\u0008\0\0\0_modules}q\0ss\u0085Rq\1h\0X\1\0\0\0ah\1s0.";
    Path child = Files.write(folder.resolve("own.pkl"), own.getBytes(ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(child))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more modules in modules");
    StringBuilder many = new StringBuilder("\u0080\u0003");
    many.append(call).append("}X\5\0\0\0state}s\u0085Rq\0");
    for (int i = 0; i < 30; i++) {
      many.append(call)
          .append("}X\5\0\0\0state}X\u0008\0\0\0_modules}(X\1\0\0\0ah\0X\1\0\0\0bh\0uss\u0085Rq\0");
    }
    Path file = Files.write(folder.resolve("many.pkl"), (many + ".").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more modules in modules");
  }

  /**
   * Files within files, each with the call that reads the next one; then one that is read often.
   */
  @Test
  void filesWithinFilesAreBounded() throws IOException {
    String start =
        "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019."
            + "\u0080\u0002K\1.\u0080\u0002}.";
    String call = "\u0080\u0003ctorch.storage\n_load_from_bytes\n";
    String content = start + "\u0080\u0002K\1.\u0080\u0002].";
    for (int i = 0; i < 500; i++) {
      content = start + call + bytes(content) + "\u0085R.\u0080\u0002].";
    }
    Path deep = Files.write(folder.resolve("deep.pth"), content.getBytes(ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(deep))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("files within files");
    String keys = "\u0080\u0002](" + "K\1".repeat(20_000) + "e.";
    String often =
        call
            + bytes(start + keys + "\u0080\u0002].")
            + "\u0085q\0"
            + "ctorch.storage\n_load_from_bytes\nh\0R0".repeat(5000)
            + "h\0.";
    Path repeated = Files.write(folder.resolve("often.pkl"), often.getBytes(ISO_8859_1));
    assertThatThrownBy(() -> WeightsFile.open(repeated))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("longer than any file of weights needs");
  }

  private static String bytes(String content) {
    int length = content.length();
    StringBuilder text = new StringBuilder("B");
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      text.append((char) (length >> shift & 0xFF));
    }
    return text + content;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dcgan.pth", "biggan-plain.pth", "stylegan2-plain.pkl"})
  void changedFilesAreReadOrRefused(String name) throws IOException {
    byte[] whole = Files.readAllBytes(FILES.resolve(name));
    Random random = new Random(7);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = whole.clone();
      for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
      }
      Path file =
          Files.write(
              folder.resolve(name),
              random.nextInt(8) == 0 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
      long before = allocated();
      try (WeightsFile read = WeightsFile.open(file)) {
        for (WeightsGroup group : read.groups().values()) {
          for (StoredTensor tensor : group.tensors().values()) {
            tensor.values();
          }
        }
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      assertThat(allocated() - before).isLessThan(MOST_BYTES);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
