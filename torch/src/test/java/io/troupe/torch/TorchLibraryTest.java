package io.troupe.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchLibraryTest {
  private static final int PROCESSES = 4;

  /** As the launcher has it: the loader looks for libraries where JavaCPP unpacks them. */
  @Test
  void processesThatUnpackItAtOnceAllLoadIt(@TempDir Path cache) throws Exception {
    String platform = Loader.getPlatform();
    String jar =
        List.of(System.getProperty("java.class.path").split(":")).stream()
            .map(file -> Path.of(file).getFileName().toString())
            .filter(name -> name.startsWith("pytorch-") && name.contains(platform))
            .findFirst()
            .orElseThrow();
    String extension = jar.contains("-gpu") ? "-gpu" : "";
    Path unpacked =
        Files.createDirectories(
            cache.resolve(jar).resolve("org/bytedeco/pytorch").resolve(platform + extension));
    List<Process> processes = new ArrayList<>();
    List<Path> outputs = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        Path output = cache.resolve("output-" + i);
        ProcessBuilder process =
            new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:ErrorFile=" + cache.resolve("crash-" + i),
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                Loads.class.getName());
        process
            .environment()
            .merge("LD_LIBRARY_PATH", unpacked.toString(), (old, ours) -> ours + ":" + old);
        process.redirectErrorStream(true).redirectOutput(output.toFile());
        processes.add(process.start());
        outputs.add(output);
      }
      for (int i = 0; i < PROCESSES; i++) {
        assertThat(processes.get(i).waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(processes.get(i).exitValue()).as(Files.readString(outputs.get(i))).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** What each of the processes does. */
  static final class Loads {
    private Loads() {}

    public static void main(String[] none) {
      new TorchEngine("cpu", false);
    }
  }
}
