package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.models.memory.FloatVector;
import io.troupe.models.training.TrainingState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredCheckpointTest {
  private static TrainingState state;

  @TempDir private Path folder;

  @BeforeAll
  static void makeState() {
    state = SmallStates.empty(4);
  }

  @AfterAll
  static void freeState() {
    state.close();
  }

  private CheckpointStore.Saved save(long step) throws IOException, CheckpointException {
    SmallStates.fill(state, step);
    return new CheckpointStore(folder, "demo", 112).save(state);
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  void saysWhatWasSaved() throws Exception {
    CheckpointStore.Saved saved = save(12);
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(saved.file())) {
      assertThat(checkpoint.file()).isEqualTo(saved.file());
      assertThat(checkpoint.bytes()).isEqualTo(saved.bytes());
      assertThat(checkpoint.sha256()).isEqualTo(saved.sha256());
      assertThat(checkpoint.preset()).isEqualTo("demo");
      assertThat(checkpoint.seed()).isEqualTo(112);
      assertThat(checkpoint.progress()).isEqualTo(state.progress());
      assertThat(checkpoint.lengths()).hasSameSizeAs(state.vectors());
      state
          .vectors()
          .forEach(
              (name, array) ->
                  assertThat(checkpoint.lengths()).containsEntry(name, (long) array.length()));
    }
  }

  @Test
  void copiesAnyPartOfANetworkAndNoMore() throws Exception {
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(save(12).file())) {
      for (StoredNetwork network : StoredNetwork.values()) {
        FloatVector expected = state.vectors().get(network.vector());
        long length = expected.length();
        for (long[] part : new long[][] {{0, length}, {0, 1}, {3, 5}, {length - 1, 1}, {7, 0}}) {
          ByteArrayOutputStream copied = new ByteArrayOutputStream();
          checkpoint.copy(network, part[0], part[1], copied);
          ByteBuffer bytes = ByteBuffer.wrap(copied.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
          assertThat(bytes.remaining()).isEqualTo(4 * (int) part[1]);
          for (long i = part[0]; bytes.hasRemaining(); i++) {
            assertThat(bytes.getInt())
                .isEqualTo(Float.floatToRawIntBits(expected.read().get((int) i)));
          }
        }
        assertThatThrownBy(() -> checkpoint.copy(network, 1, length, new ByteArrayOutputStream()))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void theNewestGoodOneIsOpenedAndDamagedOnesStay() throws Exception {
    save(1);
    Path good = save(2).file();
    Path bad = save(3).file();
    damage(bad);
    List<String> rejected = new ArrayList<>();

    try (StoredCheckpoint checkpoint = StoredCheckpoint.newest(folder, rejected::add)) {
      assertThat(checkpoint.file()).isEqualTo(good);
      assertThat(checkpoint.progress().step()).isEqualTo(2);
    }

    assertThat(rejected).singleElement().asString().contains(bad.toString(), "SHA-256");
    assertThat(bad).exists();
  }

  @Test
  void aFolderWithoutAGoodOneIsNamedWithTheReason() throws Exception {
    assertThatThrownBy(() -> StoredCheckpoint.newest(folder, reason -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder + ": there is no checkpoint");
    Path bad = save(1).file();
    damage(bad);
    assertThatThrownBy(() -> StoredCheckpoint.newest(folder, reason -> {}))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            folder + ": there is no good checkpoint; of the newest: " + bad + ": ")
        .hasMessageContaining("SHA-256");
  }

  @Test
  void staysReadableWhenTheFileIsRemoved() throws Exception {
    CheckpointStore.Saved saved = save(12);
    try (StoredCheckpoint checkpoint = StoredCheckpoint.open(saved.file())) {
      Files.delete(saved.file());
      assertThat(checkpoint.sha256()).isEqualTo(saved.sha256());
    }
  }
}
