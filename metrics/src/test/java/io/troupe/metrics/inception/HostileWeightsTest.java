package io.troupe.metrics.inception;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.metrics.WeightsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that were made to do harm, or that chance has changed: refused by name, in no memory. */
class HostileWeightsTest {
  private static final Path TORCH =
      Path.of("src/test/resources/io/troupe/metrics/inception/state-dict.pth");
  private static final long MOST_BYTES = 24 << 20;
  private static final int MUTATIONS = 150;

  @TempDir private Path folder;

  /** 0x0B begins a group within a group. */
  @Test
  void refusesNestedGroups() throws IOException {
    byte[] groups = new byte[200_000];
    Arrays.fill(groups, (byte) 0x0B);
    assertRefused(groups);
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    node.write(new byte[] {0x0A, (byte) 0xC0, (byte) 0x9A, 0x0C});
    Arrays.fill(groups, (byte) 0x7B);
    node.write(groups);
    assertRefused(node.toByteArray());
    // In a member of a node's map of attributes.
    ByteArrayOutputStream attribute = new ByteArrayOutputStream();
    attribute.write(new byte[] {0x0A, (byte) 0xC4, (byte) 0x9A, 0x0C});
    attribute.write(new byte[] {0x2A, (byte) 0xC0, (byte) 0x9A, 0x0C});
    attribute.write(groups);
    assertRefused(attribute.toByteArray());
  }

  @Test
  void refusesStringsThatTheFileCannotHold() throws IOException {
    for (String code : new String[] {"X", "T", "B"}) {
      assertRefused(torch("\u0080\u0002" + code + "\u00F0\u00FF\u00FF\u007Fabc."));
    }
    assertRefused(torch("\u0080\u0004\u008B\u00F0\u00FF\u00FF\u007Fabc."));
    assertRefused(torch("\u0080\u0004\u008D\u00F0\u00FF\u00FF\u007F\0\0\0\0abc."));
  }

  /** A map that holds itself, and one that is its own key, whose hash has no end. */
  @Test
  void refusesSelfReferences() throws IOException {
    String own = "\u0080\u0002ccollections\nOrderedDict\n)Rq\0h\0";
    assertRefused(torch(own + "K\1s."));
    assertRefused(torch(own + "h\0s."));
    assertRefused(torch("\u0080\u0002}q\0h\0K\1sh\0h\0s."));
    assertRefused(torch("\u0080\u0002]q\0h\0a0}h\0K\1s."));
    // Each list holds the last one twice: its hash takes 2^60 steps.
    StringBuilder lists = new StringBuilder("\u0080\u0002]q\0");
    for (int i = 0; i < 60; i++) {
      lists.append("](h\0h\0eq\0");
    }
    assertRefused(torch("\u0080\u0002}" + lists.substring(2) + "K\1s."));
  }

  @Test
  void refusesAStorageThatIsCutOff() throws IOException {
    Map<String, byte[]> entries = entries();
    entries.computeIfPresent("state-dict/data/0", (name, bytes) -> Arrays.copyOf(bytes, 40));
    assertThatThrownBy(() -> StateDictReader.read(write(entries), Set.of("first.conv.weight")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("first.conv.weight");
    // The directory says 48 bytes, the compressed content ends after 40.
    byte[] zip = Files.readAllBytes(write(entries));
    String text = new String(zip, ISO_8859_1);
    int at = text.lastIndexOf("state-dict/data/0") - 46 + 24;
    zip[at] = 48;
    Path file = Files.write(folder.resolve("cut.pth"), zip);
    assertThatThrownBy(() -> StateDictReader.read(file, Set.of("first.conv.weight")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesNumbersWhoseChecksumIsWrong() throws IOException {
    byte[] zip = Files.readAllBytes(TORCH);
    String text = new String(zip, ISO_8859_1);
    // Stored, and aligned to 64 bytes: the last number of the first storage.
    int start = text.indexOf("state-dict/data/0");
    zip[text.indexOf("PK", start) - 30] ^= 1;
    Path file = Files.write(folder.resolve("flipped.pth"), zip);
    assertThatThrownBy(
            () ->
                StateDictReader.read(
                    file, Set.of("first.conv.weight", "first.bn.weight", "fc.weight")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void whateverIsReadIsRefusedByName() throws IOException {
    byte[] archive =
        InceptionWeightsTest.archive(
            "classify_image_graph_def.pb", InceptionWeightsTest.smallGraph());
    Random random = new Random(5);
    for (byte[] whole :
        new byte[][] {Files.readAllBytes(TORCH), archive, InceptionWeightsTest.smallGraph()}) {
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] bytes = whole.clone();
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
          int at = random.nextInt(bytes.length);
          bytes[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
        }
        assertRefused(random.nextInt(8) == 0 ? Arrays.copyOf(bytes, bytes.length / 2) : bytes);
      }
    }
  }

  @Test
  void changedPicklesAreRead() throws IOException {
    Map<String, byte[]> entries = entries();
    byte[] pickle = entries.get("state-dict/data.pkl");
    Set<String> names = Set.of("first.conv.weight", "first.bn.weight", "fc.weight", "half");
    Random random = new Random(6);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = pickle.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      entries.put("state-dict/data.pkl", bytes);
      Path file = write(entries);
      long before = allocated();
      try {
        StateDictReader.read(file, names);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotNull();
      }
      assertThat(allocated() - before).isLessThan(MOST_BYTES);
    }
  }

  private void assertRefused(byte[] content) throws IOException {
    Path path = Files.write(folder.resolve("weights"), content);
    assertRefused(path);
  }

  private static void assertRefused(Path path) {
    long before = allocated();
    assertThatThrownBy(() -> InceptionWeights.read(path))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(path.toString());
    assertThat(allocated() - before).isLessThan(MOST_BYTES);
  }

  private Path torch(String pickle) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
    return write(entries);
  }

  private static Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(TORCH.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private Path write(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        new ByteArrayInputStream(entry.getValue()).transferTo(zip);
      }
    }
    return Files.write(folder.resolve("made.pth"), bytes.toByteArray());
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
