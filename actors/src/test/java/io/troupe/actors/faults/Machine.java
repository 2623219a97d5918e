package io.troupe.actors.faults;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** The machine that a campaign runs on, in words. */
final class Machine {
  private Machine() {}

  static String text() throws IOException {
    Path processors = Path.of("/proc/cpuinfo");
    String model =
        Files.isReadable(processors)
            ? Files.readAllLines(processors).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("")
            : "";
    return "%d cores, %s, %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            model,
            System.getProperty("os.name"),
            System.getProperty("java.specification.version"));
  }

  /** How many processes were running or waiting for a core in the last minute, on average. */
  static OptionalDouble load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load < 0 ? OptionalDouble.empty() : OptionalDouble.of(load);
  }
}
