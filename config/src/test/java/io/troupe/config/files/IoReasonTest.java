package io.troupe.config.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IoReasonTest {
  @Test
  void filesAreNamedWithWhatIsWrong() {
    assertThat(IoReason.of(new AccessDeniedException("/a"))).isEqualTo("no permission for /a");
    assertThat(IoReason.of(new NoSuchFileException("/a"))).isEqualTo("there is no /a");
    assertThat(IoReason.of(new FileSystemException("/a", null, "Read-only file system")))
        .isEqualTo("/a: Read-only file system");
    assertThat(IoReason.of(new DirectoryNotEmptyException("/a"))).contains("NotEmpty", "/a");
    assertThat(IoReason.of(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(IoReason.of(new UnknownHostException("example.org")))
        .contains("UnknownHost", "example.org");
    assertThat(IoReason.of(new IOException((String) null))).contains("IOException");
  }

  @Test
  void whatTheSystemSaysIsKept(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    try {
      Files.createFile(file.resolve("in"));
    } catch (IOException e) {
      assertThat(IoReason.of(e)).contains(file + "/in: ").doesNotContain("Exception");
    }
  }
}
