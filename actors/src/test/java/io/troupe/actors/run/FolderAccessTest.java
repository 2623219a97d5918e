package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderAccessTest {
  @TempDir private Path folder;
  private Path run;

  @BeforeEach
  void makeRun() throws IOException {
    run = Files.createDirectory(folder.resolve("run"));
    allow(run, "rwxr-xr-x");
    allow(Files.createDirectory(run.resolve("checkpoints")), "rwxr-xr-x");
    allow(Files.createFile(run.resolve("config.conf")), "rw-r--r--");
  }

  private static void allow(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void whatOnlyTheOwnerMayWriteIsNotTold() throws Exception {
    // A link's own permissions say nothing.
    Files.createSymbolicLink(run.resolve("link"), folder);

    assertThat(FolderAccess.writableByOthers(run)).isEmpty();
    assertThat(FolderAccess.writableByOthers(folder.resolve("none"))).isEmpty();
  }

  @Test
  void whatEverybodyMayWriteIsNamedWithWhatToDo() throws Exception {
    allow(run, "rwxrwxrwx");
    allow(run.resolve("config.conf"), "rw-r--rw-");

    assertThat(FolderAccess.writableByOthers(run))
        .contains(
            "others may write to %s (rwxrwxrwx), %s (rw-r--rw-), and so decide what is read from there; 'chmod -R go-w %s' ends that"
                .formatted(run, run.resolve("config.conf"), run));
  }

  @Test
  void aGroupWithTheOwnersNameIsTheOwner() throws Exception {
    allow(run.resolve("checkpoints"), "rwxrwxr-x");
    PosixFileAttributeView view =
        Files.getFileAttributeView(run.resolve("checkpoints"), PosixFileAttributeView.class);
    boolean own = view.getOwner().getName().equals(view.readAttributes().group().getName());

    assertThat(FolderAccess.writableByOthers(run).isEmpty()).isEqualTo(own);
  }

  @Test
  void manyAreCounted() throws Exception {
    for (int i = 0; i < 5; i++) {
      allow(Files.createFile(run.resolve("file" + i)), "rw-rw-rw-");
    }

    assertThat(FolderAccess.writableByOthers(run).orElseThrow())
        .contains("file0", "file2 (rw-rw-rw-) and 2 more,")
        .doesNotContain("file3");
  }
}
