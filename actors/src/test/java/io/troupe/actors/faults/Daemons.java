package io.troupe.actors.faults;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Starts daemons that can be disturbed, each in a process of its own, from a copy of the program.
 */
final class Daemons {
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xshare:auto",
          "-Djava.awt.headless=true",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
          "-Dorg.bytedeco.javacpp.logger=slf4j");

  /** Of loaded classes, which halves the time of a start. */
  private static final String ARCHIVE = "classes.jsa";

  private final Path folder;
  private final String classPath;
  private final Optional<Path> library;

  private Daemons(Path folder, String classPath, Optional<Path> library) {
    this.folder = folder;
    this.classPath = classPath;
    this.library = library;
  }

  /**
   * Of this process's program as it is now.
   *
   * @param folder gets the copy
   */
  static Daemons of(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.deleteIfExists(folder.resolve(ARCHIVE));
    List<String> parts = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(part);
      if (!Files.isDirectory(path)) {
        parts.add(part);
      } else if (path.endsWith("classes")) {
        Path jar = folder.resolve("classes-" + parts.size() + ".jar");
        pack(path, jar);
        parts.add(jar.toString());
      }
    }
    return new Daemons(
        folder, String.join(File.pathSeparator, parts), FaultLibrary.compile(folder));
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
  }

  /** Whether there can be faults at system calls. */
  boolean reachCalls() {
    return library.isPresent();
  }

  /**
   * Starts one.
   *
   * @param home the folder with the run, its pictures and its caches
   * @param arguments of the program
   * @param memory options of the JVM about its memory
   * @param faults for the library
   * @param output gets what it prints
   * @param log gets what the library says
   * @param record whether the library says every call
   */
  Process start(
      Path home,
      List<String> arguments,
      List<String> memory,
      Collection<Fault> faults,
      Path output,
      Path log,
      boolean record)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(OPTIONS);
    Path archive = folder.resolve(ARCHIVE);
    if (record && !Files.exists(archive)) {
      command.add("-Xlog:cds=error,cds+dynamic=error,class+load=error");
      command.add("-XX:ArchiveClassesAtExit=" + archive);
    } else if (Files.exists(archive)) {
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    command.addAll(memory);
    command.addAll(List.of("-cp", classPath, "io.troupe.actors.cli.Main"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("XDG_CACHE_HOME", home.resolve("cache").toString());
    environment.put("OMP_NUM_THREADS", "1");
    environment.put("OMP_WAIT_POLICY", "passive");
    if (library.isPresent()) {
      environment.put("LD_PRELOAD", library.get().toString());
      environment.put("TROUPE_FAULTS_ROOT", home.toString());
      environment.put("TROUPE_FAULTS_LOG", log.toString());
      List<String> instructions =
          faults.stream().map(Fault::instruction).flatMap(Optional::stream).toList();
      if (!instructions.isEmpty()) {
        environment.put("TROUPE_FAULTS", String.join("\n", instructions));
      }
      if (record) {
        environment.put("TROUPE_FAULTS_RECORD", "yes");
      }
    }
    return builder.start();
  }
}
