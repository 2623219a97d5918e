package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private Path save(long step, int keep) throws IOException {
    SmallStates.fill(state, step);
    return store.save(state, keep).file();
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
      newest = store.save(larger, 5).file();
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
}
