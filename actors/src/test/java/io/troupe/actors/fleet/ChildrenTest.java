package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.run.RunDirectory;
import io.troupe.config.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node begins processes; what they run here writes down what it was told. */
@Tag("process")
class ChildrenTest {
  @TempDir private Path folder;
  private RunDirectory directory;

  @BeforeEach
  void makeProgram() throws Exception {
    directory = new RunDirectory(folder.resolve("run"));
    Path program = folder.resolve("program");
    Files.writeString(
        program,
        "#!/bin/sh\necho \"${OMP_NUM_THREADS:-none} $*\" >'%s'\n"
            .formatted(folder.resolve("told")));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String told(String preset, String... settings) throws Exception {
    Children children =
        new Children(List.of(folder.resolve("program").toString()), Map.of("OMP_NUM_THREADS", "9"));
    children.train(
        directory, new RunEntity.Keep(preset, List.of(settings), "node", 1, false), "tether");
    children.await();
    return Files.readString(folder.resolve("told")).strip();
  }

  @Test
  void aRunComputesWithTheThreadsOfItsSettings() throws Exception {
    assertThat(told("demo", "compute.threads=3")).startsWith("3 train ");
    assertThat(told("demo")).startsWith("9 train ");
    Files.createDirectories(directory.root());
    Files.writeString(
        directory.config(),
        SettingsLoader.render(
            SettingsLoader.load("demo", List.of(), List.of("compute.threads=5"))));
    assertThat(told("demo", "compute.threads=3")).startsWith("5 train ");
  }

  /** It is the process that says what is wrong. */
  @Test
  void aRunWithWrongSettingsIsBegunAllTheSame() throws Exception {
    assertThat(told("demo", "training.batch=many")).contains("--set=training.batch=many");
  }
}
