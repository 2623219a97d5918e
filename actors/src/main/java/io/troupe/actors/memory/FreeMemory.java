package io.troupe.actors.memory;

import io.troupe.models.graph.EngineMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory that this process can still take.
 *
 * @param bytes how much
 * @param by what limits it, e.g. {@code the machine}
 */
public record FreeMemory(long bytes, String by) {
  private static final String CGROUPS = "sys/fs/cgroup";

  /**
   * The least that the machine, the process's control group with those above it, and JavaCPP's
   * limit leave; what the files of a control group keep in the page cache counts as free.
   *
   * @return empty where none of them is known
   */
  public static Optional<FreeMemory> now() {
    List<FreeMemory> known = new ArrayList<>(ofSystem(Path.of("/")));
    if (Pointer.maxPhysicalBytes() > 0) {
      known.add(
          new FreeMemory(
              Math.max(0, Pointer.maxPhysicalBytes() - Pointer.physicalBytes()),
              "org.bytedeco.javacpp.maxphysicalbytes"));
    }
    return known.stream().min(Comparator.comparingLong(FreeMemory::bytes));
  }

  /** The same of an engine's own memory, if it has one. */
  public static Optional<FreeMemory> of(EngineMemory engine) {
    return engine
        .free()
        .map(free -> new FreeMemory(free.bytes(), free.place()))
        .or(FreeMemory::now);
  }

  /**
   * What the machine and the control groups leave, as Linux's files say.
   *
   * @param root the folder that system files such as proc/meminfo are under
   */
  static List<FreeMemory> ofSystem(Path root) {
    List<FreeMemory> known = new ArrayList<>();
    number(text(root.resolve("proc/meminfo")), "MemAvailable:")
        .ifPresent(kilobytes -> known.add(new FreeMemory(kilobytes << 10, "the machine")));
    text(root.resolve("proc/self/cgroup"))
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(":", 3);
              if (parts.length == 3 && parts[1].isEmpty()) {
                // Version 2 alone, or beside version 1.
                known.addAll(upwards(root, CGROUPS, parts[2], FreeMemory::ofVersion2));
                known.addAll(upwards(root, CGROUPS + "/unified", parts[2], FreeMemory::ofVersion2));
              } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
                known.addAll(upwards(root, CGROUPS + "/memory", parts[2], FreeMemory::ofVersion1));
              }
            });
    return known;
  }

  private interface Version {
    OptionalLong free(Path group);
  }

  /** A container may not show its group's own folder, but that of the whole as its root. */
  private static List<FreeMemory> upwards(Path root, String mount, String path, Version version) {
    Path top = root.resolve(mount);
    return Stream.iterate(
            top.resolve(path.substring(1)).normalize(),
            group -> group != null && group.startsWith(top),
            Path::getParent)
        .flatMap(group -> version.free(group).stream().boxed())
        .map(bytes -> new FreeMemory(bytes, "the control group"))
        .toList();
  }

  private static OptionalLong ofVersion2(Path group) {
    return free(group, "memory.max", "memory.current", "inactive_file");
  }

  private static OptionalLong ofVersion1(Path group) {
    return free(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
  }

  private static OptionalLong free(Path group, String limit, String usage, String cached) {
    OptionalLong most = number(text(group.resolve(limit)), "");
    OptionalLong used = number(text(group.resolve(usage)), "");
    if (most.isEmpty() || used.isEmpty()) {
      return OptionalLong.empty();
    }
    long reclaimable = number(text(group.resolve("memory.stat")), cached + " ").orElse(0);
    return OptionalLong.of(Math.max(0, most.getAsLong() - used.getAsLong() + reclaimable));
  }

  /** What follows a key at the start of a line; without a limit there is a word in place of it. */
  private static OptionalLong number(String text, String key) {
    Matcher matcher =
        Pattern.compile("(?m)^" + Pattern.quote(key) + "\\s*(\\d{1,19})\\b").matcher(text);
    return matcher.find()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** Other systems and containers lack these files; what is not known is left out. */
  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
