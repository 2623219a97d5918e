package io.troupe.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * CPU time in seconds until now, as Linux tells it.
 *
 * @param server of a daemon's threads that serve HTTP
 * @param compiler of its threads that compile Java
 * @param collector of its threads that collect garbage
 * @param own of this process
 * @param interrupts of the kernel where no process pays for it; 0 where processes pay for all
 */
record CpuSeconds(double server, double compiler, double collector, double own, double interrupts) {
  private static final double TICKS_PER_SECOND = 100;

  /** What a thread's name, which Linux cuts to 15 characters, begins with, and its kind. */
  private static final Map<String, String> KINDS =
      Map.of(
          "troupe-http", "server",
          "C1 ", "compiler",
          "C2 ", "compiler",
          "VM Thread", "collector",
          "GC ", "collector",
          "G1 ", "collector");

  /**
   * Those of now.
   *
   * @param pid the daemon
   */
  static CpuSeconds now(long pid) throws IOException {
    Map<String, Double> kinds = new HashMap<>();
    List<Path> threads;
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/task"))) {
      threads = all.toList();
    }
    for (Path thread : threads) {
      try {
        String stat = Files.readString(thread.resolve("stat"));
        int end = stat.lastIndexOf(')');
        String name = stat.substring(stat.indexOf('(') + 1, end);
        String[] fields = stat.substring(end + 2).split(" ", -1);
        double seconds =
            (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        KINDS.forEach(
            (prefix, kind) -> {
              if (name.startsWith(prefix)) {
                kinds.merge(kind, seconds, Double::sum);
              }
            });
      } catch (NoSuchFileException e) {
        // It has ended meanwhile.
      }
    }
    return new CpuSeconds(
        kinds.getOrDefault("server", 0.0),
        kinds.getOrDefault("compiler", 0.0),
        kinds.getOrDefault("collector", 0.0),
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime()
            * 1e-9,
        interruptSeconds());
  }

  /** The columns irq and softirq of all cores. */
  private static double interruptSeconds() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +", -1);
    return (Long.parseLong(fields[6]) + Long.parseLong(fields[7])) / TICKS_PER_SECOND;
  }
}
