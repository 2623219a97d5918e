package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.daemon.TrainingRun;
import io.troupe.config.SettingsException;
import io.troupe.models.kernels.NativeBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The number of threads is that of the settings, or the run is refused. */
@Tag("process")
class ComputeThreadsTest {
  @TempDir private Path folder;

  @Test
  void aProcessThatBeganWithOthersRefuses() {
    int others = NativeBackend.threads() + 1;
    assertThatThrownBy(
            () ->
                TrainingRun.start(
                    TinyRun.settings("compute.threads=" + others), folder.resolve("run")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContainingAll(
            "compute.threads is " + others,
            "computes with " + NativeBackend.threads(),
            "OMP_NUM_THREADS=" + others);
  }

  /** A service must not begin it again and again, and what is refused leaves no folder. */
  @Test
  void isABadSettingForWhoBeganIt() {
    Path run = folder.resolve("run");
    Cli result =
        Cli.run(
            "train",
            "--plain",
            "--run-dir",
            run,
            "--set",
            "compute.threads=" + (NativeBackend.threads() + 1));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("compute.threads is");
    assertThat(run).doesNotExist();
  }

  @Test
  void oneThatBeganWithAsManyTrains() throws Exception {
    TrainingRun run =
        TrainingRun.start(
            TinyRun.settings("compute.threads=" + NativeBackend.threads(), "training.steps=1"),
            folder.resolve("run"));
    assertThat(run.await().failed()).isFalse();
  }

  @Test
  void startBeginsDaemonsWithThem() throws Exception {
    assertThat(started("--set", "compute.threads=7")).isEqualTo("7");
    String own = System.getenv("OMP_NUM_THREADS");
    assertThat(started()).isEqualTo(own == null ? "none" : own);
  }

  /** What a daemon that 'start' begins is told, which here only writes that down. */
  private String started(String... more) throws Exception {
    Path told = folder.resolve("told");
    Path launcher = folder.resolve("launcher");
    Files.writeString(
        launcher, "#!/bin/sh\necho \"${OMP_NUM_THREADS:-none}\" >'%s'\nexit 1\n".formatted(told));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    String before = System.getProperty("troupe.launcher");
    System.setProperty("troupe.launcher", launcher.toString());
    try {
      Object[] arguments = new Object[3 + more.length];
      arguments[0] = "start";
      arguments[1] = "--run-dir";
      arguments[2] = folder.resolve("started");
      System.arraycopy(more, 0, arguments, 3, more.length);
      assertThat(Cli.run(arguments).code()).isEqualTo(1);
    } finally {
      if (before == null) {
        System.clearProperty("troupe.launcher");
      } else {
        System.setProperty("troupe.launcher", before);
      }
    }
    return Files.readString(told).strip();
  }
}
