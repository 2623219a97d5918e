package io.troupe.config.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir private Path root;

  @Test
  void appearsWithAllThatIsInIt() throws IOException {
    Path place = root.resolve("runs/r1");

    int files =
        AtomicFolder.<Integer, RuntimeException>write(
            place,
            folder -> {
              assertThat(place).doesNotExist();
              Files.writeString(folder.resolve("a"), "1");
              Files.writeString(Files.createDirectory(folder.resolve("b")).resolve("c"), "2");
              return 2;
            });

    assertThat(files).isEqualTo(2);
    assertThat(place.resolve("a")).hasContent("1");
    assertThat(place.resolve("b/c")).hasContent("2");
    try (var beside = Files.list(place.getParent())) {
      assertThat(beside).containsExactly(place);
    }
  }

  @Test
  void whatCannotBeCompletedLeavesNothing() throws IOException {
    Path place = root.resolve("r1");

    assertThatThrownBy(
            () ->
                AtomicFolder.<Void, RuntimeException>write(
                    place,
                    folder -> {
                      Files.writeString(
                          Files.createDirectory(folder.resolve("b")).resolve("c"), "2");
                      throw new IOException("the disk is full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk is full");

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aFolderThatHoldsSomethingStays() throws IOException {
    Path place = Files.createDirectory(root.resolve("r1"));
    Files.writeString(place.resolve("precious"), "1");

    assertThatThrownBy(
            () ->
                AtomicFolder.<Path, RuntimeException>write(
                    place, folder -> Files.writeString(folder.resolve("a"), "2")))
        .isInstanceOf(FileSystemException.class);

    assertThat(place).isDirectoryContaining(file -> file.endsWith("precious"));
    try (var all = Files.list(root)) {
      assertThat(all).containsExactly(place);
    }
  }
}
