package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Output;
import com.sun.management.ThreadMXBean;
import io.troupe.config.SettingsHistory;
import io.troupe.models.memory.FloatVector;
import io.troupe.models.networks.ImageSpec;
import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  private static final int FIXED = 14;
  private static final int DIGEST = 32;

  private static final List<SettingsHistory.Change> CHANGES =
      List.of(
          new SettingsHistory.Change(5, "training.clip-norm", "0.0", "1.0"),
          new SettingsHistory.Change(1L << 29, "dataset.path", "\"\"", "\"/käse\""));

  private static TrainingState written;
  private static TrainingState read;

  @TempDir private Path folder;

  private Path file;
  private byte[] content;
  private String digest;

  @BeforeAll
  static void makeStates() {
    written = SmallStates.empty(4);
    read = SmallStates.empty(4);
    SmallStates.fill(written, 12);
  }

  @BeforeEach
  void write() throws IOException, CheckpointException {
    file = folder.resolve("step-000000012.ckpt");
    digest = CheckpointFile.write(file, "demo", 112, CHANGES, written);
    content = Files.readAllBytes(file);
    read.vectors().values().forEach(array -> array.array().assign(0));
    read.setProgress(new TrainingState.Progress(0, 0, 0, 0));
  }

  @AfterAll
  static void freeStates() {
    written.close();
    read.close();
  }

  private CheckpointException refused(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    CheckpointException refusal =
        catchThrowableOfType(CheckpointException.class, () -> CheckpointFile.read(file, read));
    assertThat(refusal).isNotNull();
    assertThat(refusal).hasMessageStartingWith(file + ": ");
    return refusal;
  }

  private static byte[] sealed(byte[] bytes) throws Exception {
    byte[] body = Arrays.copyOf(bytes, bytes.length - DIGEST);
    ByteBuffer whole = ByteBuffer.allocate(bytes.length);
    return whole.put(body).put(MessageDigest.getInstance("SHA-256").digest(body)).array();
  }

  private static ByteBuffer vectorBytes() {
    int length = written.vectors().values().stream().mapToInt(FloatVector::length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    for (FloatVector array : written.vectors().values()) {
      for (int i = 0; i < array.length(); i++) {
        bytes.putFloat(array.read().get(i));
      }
    }
    return bytes;
  }

  @Test
  void readsBackEveryBit() throws Exception {
    CheckpointFile.read(file, read);
    Map<String, List<Integer>> expected = SmallStates.bits(written);
    assertThat(SmallStates.bits(read)).isEqualTo(expected);
    assertThat(read.progress())
        .isEqualTo(
            new TrainingState.Progress(
                12, 36, 1L << 40, 2, SmallStates.ADAPTATION, SmallStates.LOGITS));
  }

  @Test
  void hasTheDocumentedLayout() throws Exception {
    byte[] vectors = vectorBytes().array();
    ByteBuffer start = ByteBuffer.wrap(content);
    byte[] magic = new byte[6];
    start.get(magic);
    assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("TROUPE");
    assertThat(start.getInt()).isEqualTo(5);
    int header = start.getInt();
    assertThat(content).hasSize(FIXED + header + vectors.length + DIGEST);
    assertThat(Arrays.copyOfRange(content, FIXED + header, content.length - DIGEST))
        .isEqualTo(vectors);
    assertThat(content).isEqualTo(sealed(content));
  }

  @Test
  void namesItsVectorsBySha256() throws Exception {
    byte[] expected = MessageDigest.getInstance("SHA-256").digest(vectorBytes().array());
    assertThat(digest).isEqualTo(HexFormat.of().formatHex(expected));
  }

  @Test
  void tellsWhatTheNetworksAreMadeFor() throws Exception {
    try (StoredCheckpoint stored = StoredCheckpoint.open(file)) {
      assertThat(stored.spec()).contains(ImageSpec.rgb(32, 20));
    }
  }

  @Test
  void tellsTheChangesOfSettings() throws Exception {
    try (StoredCheckpoint stored = StoredCheckpoint.open(file)) {
      assertThat(stored.changes()).isEqualTo(CHANGES);
    }
  }

  /** As many as may be recorded fit into a header. */
  @Test
  void holdsAsManyChangesAsThereMayBe() throws Exception {
    List<SettingsHistory.Change> many = new ArrayList<>();
    for (int i = 0; i < SettingsHistory.MOST_CHANGES; i++) {
      many.add(
          new SettingsHistory.Change(
              i + 1, "training.gradient-penalty.weight", "1.2345678901234567", "0.1234567"));
    }
    CheckpointFile.write(file, "demo", 112, many, written);
    try (StoredCheckpoint stored = StoredCheckpoint.open(file)) {
      assertThat(stored.changes()).isEqualTo(many);
    }
  }

  /** The header of a file that was written before there were changes, of format version 1. */
  @Test
  void readsFilesOfVersion1() throws Exception {
    byte[] header =
        HexFormat.of()
            .parseHex(
                "64656def01a00fd00700d007e00119881700fcbd0667656e657261746ff2a6af"
                    + "0667656e657261746f722e6164616d2e66697273f4a6af0667656e657261746f"
                    + "722e6164616d2e7365636f6ee4fcda046469736372696d696e61746ff2f2d604"
                    + "6469736372696d696e61746f722e6164616d2e66697273f4f2d6046469736372"
                    + "696d696e61746f722e6164616d2e7365636f6ee4fcbd0667656e657261746f72"
                    + "2e617665726167e5");
    long values = 325842L;
    ByteBuffer whole = ByteBuffer.allocate(FIXED + header.length + (int) (4 * values) + DIGEST);
    whole.put(content, 0, 6).putInt(1).putInt(header.length).put(header);
    Files.write(file, sealed(whole.array()));
    try (StoredCheckpoint stored = StoredCheckpoint.open(file)) {
      assertThat(stored.preset()).isEqualTo("demo");
      assertThat(stored.seed()).isEqualTo(112);
      assertThat(stored.progress().step()).isEqualTo(488);
      assertThat(stored.lengths()).hasSize(7).containsEntry("generator", 53118L);
      assertThat(stored.changes()).isEmpty();
      assertThat(stored.spec()).isEmpty();
    }
  }

  /** Of which the header ends before the state of adaptive augmentation. */
  @Test
  void readsFilesOfVersion3() throws Exception {
    Output more = new Output(64);
    CheckpointHeader.kryo().writeObject(more, SmallStates.ADAPTATION);
    CheckpointHeader.kryo().writeObject(more, SmallStates.LOGITS);
    int header = ByteBuffer.wrap(content).getInt(FIXED - 4);
    int shorter = header - more.position();
    ByteBuffer whole = ByteBuffer.allocate(content.length - more.position());
    whole.put(content, 0, 6).putInt(3).putInt(shorter).put(content, FIXED, shorter);
    whole.put(content, FIXED + header, content.length - FIXED - header);
    Files.write(file, sealed(whole.array()));
    CheckpointFile.read(file, read);
    assertThat(SmallStates.bits(read)).isEqualTo(SmallStates.bits(written));
    assertThat(read.progress()).isEqualTo(new TrainingState.Progress(12, 36, 1L << 40, 2));
  }

  /** Its checksum is right, so that nothing else keeps the header from being read. */
  @Test
  void refusesAHeaderOfAnyBytes() throws Exception {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int header = ByteBuffer.wrap(content).getInt(FIXED - 4);
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = content.clone();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        int at = FIXED - 4 + random.nextInt(header + 4);
        bytes[at] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
      }
      Files.write(file, sealed(bytes));
      long before = thread.getCurrentThreadAllocatedBytes();
      try (StoredCheckpoint stored = StoredCheckpoint.open(file)) {
        stored.sha256();
        CheckpointFile.read(file, read);
      } catch (CheckpointException e) {
        assertThat(e).hasMessageStartingWith(file + ": ");
      }
      assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }
  }

  @Test
  void refusesAHeaderThatHoldsItselfOrMuch() throws Exception {
    int header = ByteBuffer.wrap(content).getInt(FIXED - 4);
    byte[] bytes = content.clone();
    // Lists of lists, as deep as there is room.
    Arrays.fill(bytes, FIXED, FIXED + header, (byte) 25);
    assertThat(refused(sealed(bytes))).hasMessageContaining("its header cannot be read");
    ByteBuffer.wrap(bytes).putInt(FIXED - 4, -1);
    assertThat(refused(sealed(bytes))).hasMessageContaining("its header has -1 bytes");
    ByteBuffer.wrap(bytes).putInt(FIXED - 4, Integer.MAX_VALUE);
    assertThat(refused(sealed(bytes))).hasMessageContaining("its header has 2147483647 bytes");
    byte[] shorter = Arrays.copyOf(content, content.length - 4);
    assertThat(refused(sealed(shorter))).hasMessageContaining("bytes of numbers");
  }

  @Test
  void leavesNoTemporaryFile() throws Exception {
    try (var entries = Files.list(folder)) {
      assertThat(entries).containsExactly(file);
    }
  }

  @Test
  void refusesAFileThatIsCutShortAnywhere() throws Exception {
    Set<Integer> lengths = new LinkedHashSet<>();
    for (int length = 0; length < 200; length++) {
      lengths.add(length);
    }
    for (int length = 200; length < content.length; length += content.length / 40) {
      lengths.add(length);
    }
    for (int missing = 1; missing <= DIGEST + 4; missing++) {
      lengths.add(content.length - missing);
    }
    for (int length : lengths) {
      CheckpointException refusal = refused(Arrays.copyOf(content, length));
      assertThat(refusal.kind())
          .as("length %d", length)
          .isEqualTo(CheckpointException.Kind.DAMAGED);
    }
  }

  @Test
  void refusesAFileWithOneWrongBitAnywhere() throws Exception {
    Set<Integer> positions = new LinkedHashSet<>();
    for (int position = 0; position < 400; position++) {
      positions.add(position);
    }
    for (int position = 400; position < content.length; position += content.length / 40) {
      positions.add(position);
    }
    for (int back = 1; back <= DIGEST; back++) {
      positions.add(content.length - back);
    }
    for (int position : positions) {
      byte[] flipped = content.clone();
      flipped[position] ^= (byte) (1 << position % 8);
      CheckpointException refusal = refused(flipped);
      assertThat(refusal.kind())
          .as("%d: %s", position, refusal.getMessage())
          .isEqualTo(CheckpointException.Kind.DAMAGED);
    }
  }

  @Test
  void refusesFurtherBytesAtTheEnd() throws Exception {
    CheckpointException refusal = refused(Arrays.copyOf(content, content.length + 1));
    assertThat(refusal.kind()).isEqualTo(CheckpointException.Kind.DAMAGED);
    assertThat(refusal).hasMessageContaining("SHA-256");
  }

  @Test
  void refusesAFileOfAnotherKind() throws Exception {
    CheckpointException refusal =
        refused("not a checkpoint".repeat(100).getBytes(StandardCharsets.US_ASCII));
    assertThat(refusal).hasMessageEndingWith("it is not a Troupe checkpoint");
  }

  @Test
  void refusesAFutureVersionWithoutCallingItDamaged() throws Exception {
    byte[] future = content.clone();
    future[9] = 6;
    CheckpointException refusal = refused(sealed(future));
    assertThat(refusal.kind()).isEqualTo(CheckpointException.Kind.UNFIT);
    assertThat(refusal)
        .hasMessageEndingWith("its format version is 6, and this Troupe reads versions 1 to 5");
  }

  @Test
  void refusesNetworksOfOtherSizesWithoutCallingTheFileDamaged() throws Exception {
    try (TrainingState larger = SmallStates.empty(6)) {
      CheckpointException refusal =
          catchThrowableOfType(CheckpointException.class, () -> CheckpointFile.read(file, larger));
      assertThat(refusal.kind()).isEqualTo(CheckpointException.Kind.MISFIT);
      assertThat(refusal)
          .hasMessageContaining(
              "its generator has %d values, and these settings need %d"
                  .formatted(written.average().length(), larger.average().length()));
      assertThat(refusal.getMessage()).hasSizeLessThan(file.toString().length() + 200);
    }
  }

  @Test
  void refusesAHeaderWithAClassThatIsNotRegistered() throws Exception {
    Kryo kryo = CheckpointHeader.kryo();
    kryo.setRegistrationRequired(false);
    ArrayList<Object> strange = new ArrayList<>(List.of(BigInteger.TEN));
    @SuppressWarnings({"unchecked", "rawtypes"})
    CheckpointHeader header =
        new CheckpointHeader(
            "demo",
            112,
            written.progress(),
            new ArrayList<>(),
            (ArrayList) strange,
            Optional.of(written.spec()));
    Output output = new Output(4096);
    header.write(kryo, output);
    byte[] bytes = output.toBytes();
    byte[] vectors = vectorBytes().array();
    ByteBuffer whole = ByteBuffer.allocate(FIXED + bytes.length + vectors.length + DIGEST);
    whole.put(content, 0, 10).putInt(bytes.length).put(bytes).put(vectors);
    CheckpointException refusal = refused(sealed(whole.array()));
    assertThat(refusal).hasMessageContaining("header").hasMessageContaining("BigInteger");
  }

  @Test
  void leavesTheStateAloneWhenAFileIsDamaged() throws Exception {
    byte[] flipped = content.clone();
    flipped[content.length - DIGEST - 1] ^= 1;
    refused(flipped);
    assertThat(read.progress().step()).isZero();
    assertThat(SmallStates.bits(read).values()).allMatch(b -> b.stream().allMatch(x -> x == 0));
  }
}
