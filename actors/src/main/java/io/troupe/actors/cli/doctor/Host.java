package io.troupe.actors.cli.doctor;

import io.troupe.actors.run.FolderAccess;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processor, memory, disk and Java. */
final class Host {
  private static final long GIB = 1L << 30;

  /** The demo needs less than this; the JVM's heap is 3 GB at most beside the native memory. */
  private static final long LITTLE_MEMORY = 4 * GIB;

  /** A checkpoint of the larger presets takes hundreds of MB, and a few are kept. */
  private static final long LITTLE_DISK = 5 * GIB;

  private static final int OLDEST_JAVA = 17;

  private Host() {}

  /** The processor's features by Linux's names; empty where they are not known. */
  static List<String> flags(Machine machine) {
    return line(machine.file("proc/cpuinfo"), "flags")
        .map(text -> Arrays.asList(text.split(" +")))
        .orElse(List.of());
  }

  static List<Finding> processor(Machine machine, List<String> flags) {
    String name =
        line(machine.file("proc/cpuinfo"), "model name").orElse(System.getProperty("os.arch"));
    Finding model =
        Finding.ok(
            "processor",
            "model",
            "%s, %d cores for this process"
                .formatted(name, Runtime.getRuntime().availableProcessors()));
    if (flags.isEmpty()) {
      return List.of(model);
    }
    Map<String, Boolean> features = new LinkedHashMap<>();
    features.put("AVX2", flags.contains("avx2"));
    features.put("AVX-512", flags.contains("avx512f"));
    features.put("bfloat16", flags.contains("avx512_bf16") || flags.contains("amx_bf16"));
    features.put("AMX", flags.contains("amx_tile"));
    String present = words(features, true);
    String absent = words(features, false);
    String value =
        (present.isEmpty() ? "none" : present) + (absent.isEmpty() ? "" : "; without " + absent);
    Finding found =
        features.get("AVX2")
            ? Finding.ok("processor", "vector units", value)
            : Finding.note(
                "processor",
                "vector units",
                value,
                "training works and is several times slower than with AVX2");
    return List.of(model, found);
  }

  private static String words(Map<String, Boolean> features, boolean present) {
    return features.entrySet().stream()
        .filter(feature -> feature.getValue() == present)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  static List<Finding> memory(Machine machine) {
    Optional<String> info = machine.file("proc/meminfo");
    OptionalLong total = kilobytes(info, "MemTotal");
    OptionalLong free = kilobytes(info, "MemAvailable");
    if (total.isEmpty() || free.isEmpty()) {
      return List.of();
    }
    long usable = free.getAsLong();
    String value = "%s, %s free".formatted(gib(total.getAsLong()), gib(usable));
    OptionalLong limit = containerLimit(machine);
    if (limit.isPresent() && limit.getAsLong() < total.getAsLong()) {
      usable = Math.min(usable, limit.getAsLong());
      value += ", of which this container may use " + gib(limit.getAsLong());
    }
    return List.of(
        usable >= LITTLE_MEMORY
            ? Finding.ok("memory", "main memory", value)
            : Finding.note(
                "memory",
                "main memory",
                value,
                "end other programs, or train with a smaller training.batch; the larger presets"
                    + " need more than is free"));
  }

  /** What the control group allows: version 2's file, or version 1's. */
  private static OptionalLong containerLimit(Machine machine) {
    return Stream.of("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")
        .flatMap(path -> machine.file(path).stream())
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /**
   * Free space where runs and unpacked natives are written.
   *
   * @param folders each one's name and path
   */
  static List<Finding> disk(Map<String, Path> folders) {
    List<Finding> findings = new ArrayList<>();
    folders.forEach((name, folder) -> findings.add(space(name, folder)));
    return findings;
  }

  /** Whether others may write to where runs are. */
  static Optional<Finding> access(Path runs) {
    try {
      return FolderAccess.writableByOthers(runs)
          .map(text -> Finding.note("disk", "permissions", "others may write to " + runs, text));
    } catch (IOException e) {
      return Optional.of(
          Finding.note(
              "disk",
              "permissions",
              "unknown for %s: %s".formatted(runs, IoReason.of(e)),
              "let the user who trains own that folder"));
    }
  }

  private static Finding space(String name, Path folder) {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      String value = "%s free for %s".formatted(gib(free), folder);
      if (!Files.isWritable(there)) {
        return Finding.problem(
            "disk", name, value, "%s cannot be written; choose another folder".formatted(there));
      }
      return free >= LITTLE_DISK
          ? Finding.ok("disk", name, value)
          : Finding.note("disk", name, value, "free some space: checkpoints and pictures need it");
    } catch (IOException e) {
      return Finding.note(
          "disk", name, "unknown for %s: %s".formatted(folder, e.getMessage()), "check the disk");
    }
  }

  static Finding java(String version, String vendor, int feature) {
    String value = "%s of %s".formatted(version, vendor);
    return feature >= OLDEST_JAVA
        ? Finding.ok("java", "version", value)
        : Finding.problem(
            "java", "version", value, "install Java %d or newer".formatted(OLDEST_JAVA));
  }

  static String gib(long bytes) {
    return "%.1f GB".formatted((double) bytes / GIB);
  }

  private static OptionalLong kilobytes(Optional<String> info, String key) {
    return line(info, key).stream()
        .map(text -> text.replace(" kB", ""))
        .filter(text -> text.matches("\\d{1,15}"))
        .mapToLong(text -> Long.parseLong(text) * 1024)
        .findFirst();
  }

  /** What follows the first line that starts with a key. */
  private static Optional<String> line(Optional<String> text, String key) {
    Pattern pattern = Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*:\\s*(.*?)\\s*$");
    return text.map(pattern::matcher).filter(Matcher::find).map(match -> match.group(1));
  }
}
