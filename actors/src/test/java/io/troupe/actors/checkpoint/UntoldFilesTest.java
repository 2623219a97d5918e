package io.troupe.actors.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UntoldFilesTest {
  private static final String REJECTED =
      "{\"event\":\"checkpoint-rejected\",\"step\":4,\"reason\":\"/old/checkpoints/%s: it is damaged\"}";

  @TempDir private Path root;

  private RunDirectory directory;

  @BeforeEach
  void setTwoAside() throws IOException {
    directory = new RunDirectory(root);
    Files.createDirectories(directory.checkpoints().resolve("best"));
    Files.createFile(directory.checkpoints().resolve("step-000000006.ckpt.damaged"));
    Files.createFile(directory.checkpoints().resolve("best/step-000000004.ckpt.diverged"));
    Files.createFile(directory.checkpoints().resolve("step-000000008.ckpt"));
  }

  private List<String> untold(String... journal) throws IOException {
    Files.write(directory.events(), List.of(journal));
    return UntoldFiles.of(directory);
  }

  @Test
  void allAreWithoutAJournal() throws IOException {
    assertThat(UntoldFiles.of(directory))
        .containsExactly(
            ("%s/checkpoints/best/step-000000004.ckpt: it was set aside as step-000000004.ckpt.diverged,"
                    + " by a process that was killed before it could say why")
                .formatted(root),
            ("%s/checkpoints/step-000000006.ckpt: it was set aside as step-000000006.ckpt.damaged,"
                    + " by a process that was killed before it could say why")
                .formatted(root));
  }

  @Test
  void whatTheJournalTellsOfIsNot() throws IOException {
    assertThat(untold(REJECTED.formatted("step-000000006.ckpt")))
        .singleElement()
        .asString()
        .contains("best/step-000000004.ckpt:");
    // Of another folder.
    assertThat(untold(REJECTED.formatted("step-000000004.ckpt"))).hasSize(2);
    assertThat(
            untold(
                REJECTED.formatted("step-000000006.ckpt"),
                REJECTED.formatted("best/step-000000004.ckpt")))
        .isEmpty();
  }

  @Test
  void aFileThatWasWrittenAnewMayBeUntoldAnew() throws IOException {
    String told = REJECTED.formatted("step-000000006.ckpt");
    String anew = "{\"event\":\"checkpoint\",\"step\":6,\"of_step\":6}";
    assertThat(untold(told, anew)).hasSize(2);
    assertThat(untold(told, anew, told)).hasSize(1);
  }
}
