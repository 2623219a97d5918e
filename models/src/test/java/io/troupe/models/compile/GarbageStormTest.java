package io.troupe.models.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What native code works on stays reachable: a process survives a storm of garbage collection. */
@Tag("process")
class GarbageStormTest {
  @TempDir Path folder;

  @Test
  void graphsSurviveWhileGarbageIsCollectedAllTheTime() throws IOException, InterruptedException {
    survives(8);
  }

  @Test
  @Tag("nightly")
  void graphsSurviveALongStorm() throws IOException, InterruptedException {
    survives(100);
  }

  private void survives(int turns) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
            "-XX:-CreateCoredumpOnCrash",
            "-cp",
            System.getProperty("java.class.path"),
            GarbageStorm.class.getName(),
            "" + turns);
    builder.environment().put("OMP_NUM_THREADS", "1");
    // What is freed is overwritten, where the C library is glibc.
    builder.environment().put("MALLOC_PERTURB_", "165");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).describedAs(output).isZero();
    assertThat(output).contains(GarbageStorm.SURVIVED);
  }
}
