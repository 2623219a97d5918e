package io.troupe.config.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "half");
  }

  @Test
  void removesWhatProcessesLeftThatHaveEnded() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    long own = ProcessHandle.current().pid();
    Path left = file("a.png.%d.tmp".formatted(ended.pid()));
    Path beingWritten = file("b.png.%d.tmp".formatted(own));
    // As in a container, where every process has the same number.
    Path ofAnother = file("c.png.%d.tmp".formatted(own));
    Files.setLastModifiedTime(ofAnother, FileTime.from(Instant.EPOCH));
    Path foreign = file("d.tmp");
    Path complete = file("e.png");

    AtomicFile.removeLeftovers(folder);

    assertThat(left).doesNotExist();
    assertThat(ofAnother).doesNotExist();
    assertThat(beingWritten).exists();
    assertThat(foreign).exists();
    assertThat(complete).exists();
    AtomicFile.removeLeftovers(folder.resolve("nowhere"));
  }
}
