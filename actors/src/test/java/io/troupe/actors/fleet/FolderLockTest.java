package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may begin a fleet in a folder. */
class FolderLockTest {
  @TempDir Path folder;

  @Test
  void aFleetBeginsOnlyWhereNoNodeLives() throws Exception {
    Path file = folder.resolve("fleet/nodes.lock");
    try (FolderLock first = FolderLock.take(file, true).orElseThrow()) {
      assertThat(FolderLock.take(file, true)).as("a second fleet").isEmpty();
      assertThat(first).isNotNull();
    }
    FolderLock joined = FolderLock.take(file, false).orElseThrow();
    assertThat(FolderLock.take(file, true)).as("beside one that joined").isEmpty();
    joined.close();
    FolderLock.take(file, true).orElseThrow().close();
  }
}
