package io.troupe.actors.sampling;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeparateFilesTest {
  private static SeparateFiles failing(String... reasons) {
    SeparateFiles files = new SeparateFiles();
    files.write(() -> {});
    for (String reason : reasons) {
      files.write(
          () -> {
            throw new IOException(reason);
          });
    }
    return files;
  }

  @Test
  void eachCauseIsNamedOnce() {
    assertThatThrownBy(
            () -> failing("disk full", "I/O error", "disk full").requireAll(Path.of("plots")))
        .hasMessageStartingWith("3 of 4 files in plots cannot be written: ")
        .hasMessageContaining("disk full; ")
        .hasMessageEndingWith("I/O error");
  }

  @Test
  void ofManyCausesTheFirstThreeAreNamed() {
    String[] reasons = IntStream.range(0, 9).mapToObj(i -> "reason " + i).toArray(String[]::new);
    assertThatThrownBy(() -> failing(reasons).requireAll(Path.of("plots")))
        .hasMessageContainingAll("reason 0", "reason 1", "reason 2")
        .hasMessageNotContaining("reason 3");
  }
}
