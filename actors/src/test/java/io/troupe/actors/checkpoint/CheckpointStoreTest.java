package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static TrainingState state;

  @TempDir private Path parent;

  private Path folder;
  private CheckpointStore store;

  @BeforeAll
  static void makeState() {
    state = SmallStates.empty(4);
  }

  @BeforeEach
  void makeStore() throws IOException {
    folder = parent.resolve("run").resolve("checkpoints");
    store = new CheckpointStore(folder, "demo", 112);
  }

  @AfterAll
  static void freeState() {
    state.close();
  }

  private Path save(long step, int keep) throws IOException, CheckpointException {
    SmallStates.fill(state, step);
    Path file = store.save(state).file();
    store.prune(keep, OptionalLong.empty(), step);
    return file;
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void hasNothingToLoadInAnEmptyFolder() throws Exception {
    assertThat(store.loadLatest(state))
        .isEqualTo(new CheckpointStore.Loaded(Optional.empty(), List.of()));
  }

  @Test
  void loadsTheNewest() throws Exception {
    save(9, 5);
    Path newest = save(10, 5);
    Map<String, List<Integer>> expected = SmallStates.bits(state);
    save(2, 5);
    assertThat(store.loadLatest(state).file()).hasValue(newest);
    assertThat(state.progress().step()).isEqualTo(10);
    assertThat(SmallStates.bits(state)).isEqualTo(expected);
  }

  @Test
  void keepsTheNewestOnly() throws Exception {
    for (long step = 8; step <= 12; step++) {
      save(step, 2);
    }
    assertThat(files()).containsExactly("step-000000011.ckpt", "step-000000012.ckpt");
  }

  @Test
  void fallsBackToAnOlderGoodFileAndSetsTheDamagedOnesAside() throws Exception {
    save(1, 5);
    Path good = save(2, 5);
    damage(save(3, 5));
    Files.write(save(4, 5), new byte[0]);
    CheckpointStore.Loaded loaded = store.loadLatest(state);
    assertThat(loaded.file()).hasValue(good);
    assertThat(state.progress().step()).isEqualTo(2);
    assertThat(loaded.rejected()).hasSize(2);
    assertThat(loaded.rejected().get(0)).contains("step-000000004.ckpt");
    assertThat(loaded.rejected().get(1)).contains("step-000000003.ckpt").contains("SHA-256");
    assertThat(files())
        .containsExactly(
            "step-000000001.ckpt",
            "step-000000002.ckpt",
            "step-000000003.ckpt.damaged",
            "step-000000004.ckpt.damaged");
  }

  @Test
  void aStepMayBeDamagedMoreThanOnce() throws Exception {
    Path good = save(1, 5);
    for (int time = 0; time < 2; time++) {
      damage(save(2, 5));
      assertThat(store.loadLatest(state).file()).hasValue(good);
    }
    assertThat(files()).containsExactly("step-000000001.ckpt", "step-000000002.ckpt.damaged");
  }

  @Test
  void refusesToStartOverWhenAllFilesAreDamagedHoweverOftenItIsAsked() throws Exception {
    damage(save(1, 5));
    damage(save(2, 5));
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> store.loadLatest(state))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("SHA-256");
    }
  }

  @Test
  void refusesANewestFileThatDoesNotFitInsteadOfAnOlder() throws Exception {
    save(1, 5);
    Path newest;
    try (TrainingState larger = SmallStates.empty(6)) {
      larger.setProgress(new TrainingState.Progress(2, 2, 2, 0));
      newest = store.save(larger).file();
    }
    assertThatThrownBy(() -> store.loadLatest(state))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(newest.toString())
        .hasMessageContaining("these settings need");
    assertThat(newest).exists();
  }

  @Test
  void ignoresWhatACrashLeftOfAFile() throws Exception {
    Path good = save(1, 5);
    Files.write(folder.resolve("step-000000002.ckpt.tmp"), new byte[100]);
    CheckpointStore.Loaded loaded = store.loadLatest(state);
    assertThat(loaded.file()).hasValue(good);
    assertThat(loaded.rejected()).isEmpty();
    Path next = save(2, 1);
    assertThat(files()).containsExactly(next.getFileName().toString());
  }

  /** As a file of another locale than the machine's, or of an older version, may be called. */
  private Path persian(Path file) throws IOException {
    StringBuilder name = new StringBuilder();
    for (char c : file.getFileName().toString().toCharArray()) {
      name.append(Character.isDigit(c) ? (char) (c - '0' + '\u06f0') : c);
    }
    return Files.move(file, folder.resolve(name.toString()));
  }

  @Test
  void stepsCountNotNames() throws Exception {
    Path older = persian(save(5, 9));
    Path newest = save(6, 2);
    assertThat(store.loadLatest(state).file()).hasValue(newest);
    save(7, 2);
    assertThat(older).doesNotExist();
    assertThat(files()).containsExactly("step-000000006.ckpt", "step-000000007.ckpt");
  }

  @Test
  void theFileJustWrittenIsNeverRemoved() throws Exception {
    save(10, 9);
    save(11, 9);
    Path written = save(2, 1);
    assertThat(written).exists();
  }

  @Test
  void fallsBackWhenTheNewestFilesCannotBeRead() throws Exception {
    Path good = save(1, 9);
    Files.createDirectory(folder.resolve("step-000000003.ckpt"));
    Path loop = folder.resolve("step-000000004.ckpt");
    Files.createSymbolicLink(loop, loop.getFileName());

    CheckpointStore.Loaded loaded = store.loadLatest(state);

    assertThat(loaded.file()).hasValue(good);
    assertThat(loaded.rejected()).hasSize(2);
    assertThat(loaded.rejected().get(0)).contains("step-000000004.ckpt");
    assertThat(loaded.rejected().get(1)).contains("step-000000003.ckpt");
    // They neither count as kept nor are they removed.
    save(2, 2);
    assertThat(good).exists();
    assertThat(folder.resolve("step-000000003.ckpt")).isDirectory();
  }

  @Test
  void doesNotStartOverWhenNoFileCanBeRead() throws Exception {
    Files.createDirectory(folder.resolve("step-000000003.ckpt"));
    assertThatThrownBy(() -> store.loadLatest(state))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("step-000000003.ckpt");
  }

  @Test
  void aStateThatIsNotFiniteIsNotWritten() throws Exception {
    Path good = save(1, 9);
    for (String vector : state.vectors().keySet()) {
      for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        SmallStates.fill(state, 2);
        state.vectors().get(vector).write().put(state.vectors().get(vector).length() - 1, value);
        assertThatThrownBy(() -> store.save(state))
            .isInstanceOf(CheckpointException.class)
            .hasMessageContainingAll("step-000000002.ckpt", vector, Float.toString(value));
      }
    }
    assertThat(files()).containsExactly(good.getFileName().toString());
  }

  /** As an older version wrote it. */
  @Test
  void fallsBackFromASoundFileThatIsNotFinite() throws Exception {
    Path good = save(1, 9);
    Map<String, List<Integer>> expected = SmallStates.bits(state);
    Path bad = save(2, 9);
    byte[] bytes = Files.readAllBytes(bad);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(bytes.length - 32 - Float.BYTES, Float.NaN);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, 0, bytes.length - 32);
    digest.digest(bytes, bytes.length - 32, 32);
    Files.write(bad, bytes);

    CheckpointStore.Loaded loaded = store.loadLatest(state);

    assertThat(loaded.file()).hasValue(good);
    assertThat(SmallStates.bits(state)).isEqualTo(expected);
    assertThat(loaded.rejected()).singleElement().asString().contains("generator.average", "NaN");
    assertThat(files()).containsExactly("step-000000001.ckpt", "step-000000002.ckpt.diverged");
  }

  @Test
  void goesBackFurtherThanAFile() throws Exception {
    Path older = save(1, 9);
    save(2, 9);
    save(3, 9);

    CheckpointStore.Loaded loaded = store.loadBefore(state, 3);
    assertThat(loaded.file()).contains(folder.resolve("step-000000002.ckpt"));
    assertThat(loaded.rejected()).singleElement().asString().contains("step-000000003", "diverges");
    assertThat(store.loadBefore(state, 2).file()).contains(older);
    assertThat(state.progress().step()).isEqualTo(1);
    // There is no older one.
    assertThat(store.loadBefore(state, 1).file()).contains(older);
    assertThat(files())
        .containsExactly(
            "step-000000001.ckpt", "step-000000002.ckpt.diverged", "step-000000003.ckpt.diverged");
  }

  @Test
  void goesBackToTheBestFile() throws Exception {
    save(1, 9);
    save(2, 9);
    Map<String, List<Integer>> expected = SmallStates.bits(state);
    store.best().keep(2, 1.5);
    save(3, 9);
    save(4, 9);

    assertThat(store.loadBest(state).file()).contains(folder.resolve("best/step-000000002.ckpt"));
    assertThat(SmallStates.bits(state)).isEqualTo(expected);
    assertThat(store.setAsideAfter(2)).hasSize(2);
    assertThat(files())
        .contains(
            "step-000000002.ckpt",
            "step-000000003.ckpt.collapsed",
            "step-000000004.ckpt.collapsed");
    assertThat(store.loadLatest(state).file()).contains(folder.resolve("step-000000002.ckpt"));
  }

  @Test
  void aBestFileWhoseScoreCannotBeWrittenIsNotKept() throws Exception {
    save(1, 9);
    save(2, 9);
    store.best().keep(1, 1.5);
    Path best = folder.resolve("best");
    Files.delete(best.resolve("score.txt"));
    // What is in the way of the score's last step, a move, but not of writing it.
    Files.createDirectories(best.resolve("score.txt/in-the-way"));
    assertThatThrownBy(() -> store.best().keep(2, 1.0)).isInstanceOf(IOException.class);
    assertThat(best.resolve("step-000000002.ckpt")).doesNotExist();
    assertThat(best.resolve("step-000000001.ckpt")).isRegularFile();
    assertThat(best.resolve("score.txt.tmp")).doesNotExist();
  }

  /** A daemon that was killed while it kept a new best file, or removed the one before. */
  @Test
  void atAStartOnlyTheBestFileThatHasItsScoreStays() throws Exception {
    save(1, 9);
    save(2, 9);
    store.best().keep(1, 1.5);
    Path best = folder.resolve("best");
    Files.copy(folder.resolve("step-000000002.ckpt"), best.resolve("step-000000002.ckpt"));
    new CheckpointStore(folder, "demo", 0);
    assertThat(best.resolve("step-000000002.ckpt")).doesNotExist();
    assertThat(best.resolve("step-000000001.ckpt")).isRegularFile();
    Files.writeString(best.resolve("score.txt"), "1.0 7\n");
    new CheckpointStore(folder, "demo", 0);
    assertThat(best.resolve("step-000000001.ckpt")).isRegularFile();
  }

  @Test
  void withoutABestFileItGoesBackToTheOldest() throws Exception {
    assertThatThrownBy(() -> store.loadBest(state)).isInstanceOf(IOException.class);
    Path bad = save(1, 9);
    Files.write(bad, new byte[100]);
    Path oldest = save(2, 9);
    save(3, 9);
    assertThat(store.loadBest(state).file()).contains(oldest);
  }

  @Test
  void aWriteThatFailsLeavesNothing() throws Exception {
    Files.createDirectories(folder.resolve("step-000000001.ckpt/in the way"));
    SmallStates.fill(state, 1);
    assertThatThrownBy(() -> store.save(state)).isInstanceOf(IOException.class);
    assertThat(files()).containsExactly("step-000000001.ckpt");
  }

  @Test
  void whatACrashLeftOfFilesIsRemovedAtTheNextStart() throws Exception {
    save(1, 9);
    Files.createDirectories(folder.resolve("best"));
    Files.write(folder.resolve("step-000000002.ckpt.tmp"), new byte[100]);
    Files.write(folder.resolve("best/step-000000001.ckpt.tmp"), new byte[100]);
    Files.write(folder.resolve("best/score.txt.tmp"), new byte[100]);
    Files.write(folder.resolve("mine.tmp"), new byte[100]);

    new CheckpointStore(folder, "demo", 112);

    assertThat(files()).containsExactly("best", "mine.tmp", "step-000000001.ckpt");
    assertThat(folder.resolve("best")).isEmptyDirectory();
  }

  @Test
  void makesItsFolderAgain() throws Exception {
    Files.delete(folder);
    assertThat(save(1, 9)).exists();
  }
}
