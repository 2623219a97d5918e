package io.troupe.actors.cli.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks at everything that training depends on outside of a run. */
public final class Doctor {
  private Doctor() {}

  /**
   * Looks at a machine.
   *
   * @param runs where runs are written
   * @param natives where native libraries are unpacked to
   */
  public static List<Finding> examine(Machine machine, Path runs, Path natives)
      throws InterruptedException {
    Map<String, Path> folders = new LinkedHashMap<>();
    folders.put("runs", runs);
    folders.put("native libraries", natives);
    List<String> flags = Host.flags(machine);
    Build build = Build.of(machine);
    List<Finding> findings = new ArrayList<>();
    findings.add(build.examine(machine, flags));
    findings.addAll(Host.processor(machine, flags));
    findings.addAll(Gpus.examine(machine, build));
    findings.addAll(CudaLibraries.examine(machine, build));
    findings.addAll(Host.memory(machine));
    findings.addAll(Host.disk(folders));
    Host.access(runs).ifPresent(findings::add);
    findings.add(
        Host.java(
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            Runtime.version().feature()));
    return findings;
  }
}
