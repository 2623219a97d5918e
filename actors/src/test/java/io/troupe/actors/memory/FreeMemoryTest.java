package io.troupe.actors.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Free memory by files as Linux writes them. */
class FreeMemoryTest {
  private static final FreeMemory MACHINE = new FreeMemory(1024L << 10, "the machine");

  @TempDir Path root;

  @BeforeEach
  void writeMachine() throws IOException {
    write("proc/meminfo", "MemTotal:  4096 kB\nMemFree:  10 kB\nMemAvailable:    1024 kB\n");
  }

  @Test
  void withoutControlGroupsItIsTheMachines() {
    assertThat(FreeMemory.ofSystem(root)).containsExactly(MACHINE);
  }

  /** Limits above a group count too, and pages of files can be had back. */
  @Test
  void groupsOfVersion2LeaveTheirLimitsLessWhatIsUsed() throws IOException {
    write("proc/self/cgroup", "0::/outer/inner\n");
    write("sys/fs/cgroup/outer/memory.max", "5000\n");
    write("sys/fs/cgroup/outer/memory.current", "4000\n");
    write("sys/fs/cgroup/outer/memory.stat", "anon 1000\ninactive_file 300\nactive_file 7\n");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/inner/memory.current", "4000\n");

    assertThat(FreeMemory.ofSystem(root))
        .containsExactly(MACHINE, new FreeMemory(1300, "the control group"));
  }

  @Test
  void groupsOfVersion1LeaveTheirLimitsLessWhatIsUsed() throws IOException {
    write("proc/self/cgroup", "5:cpu:/\n4:memory:/run\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "0\n");
    write("sys/fs/cgroup/memory/run/memory.limit_in_bytes", "8000\n");
    write("sys/fs/cgroup/memory/run/memory.usage_in_bytes", "9000\n");
    write("sys/fs/cgroup/memory/run/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");

    assertThat(FreeMemory.ofSystem(root)).contains(MACHINE, new FreeMemory(0, "the control group"));
  }

  /** A container shows its own group as the root, under the path of the machine. */
  @Test
  void aGroupWhoseFolderIsNotShownIsThatOfTheRoot() throws IOException {
    write("proc/self/cgroup", "0::/docker/0123\n");
    write("sys/fs/cgroup/memory.max", "600\n");
    write("sys/fs/cgroup/memory.current", "100\n");

    assertThat(FreeMemory.ofSystem(root)).contains(new FreeMemory(500, "the control group"));
  }

  @Test
  void nothingIsKnownWithoutTheFiles() throws IOException {
    Files.delete(root.resolve("proc/meminfo"));
    assertThat(FreeMemory.ofSystem(root)).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void hereSomeIsFree() {
    assertThat(FreeMemory.now().orElseThrow().bytes()).isPositive();
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
