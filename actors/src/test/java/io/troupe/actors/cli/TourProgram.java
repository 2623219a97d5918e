package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program by its launcher, in a folder of a test's own, and the commands of pages in docs/ that
 * newcomers type there.
 *
 * @param folder of the program, in which the commands run
 */
record TourProgram(Path folder) implements AutoCloseable {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```$", Pattern.DOTALL);

  /**
   * A program in a folder as the archive's, of which the only jar points to the classes of this
   * test.
   */
  static TourProgram in(Path folder) throws IOException {
    Path scripts = Files.createDirectories(folder.resolve("scripts"));
    Path launcher = Files.copy(ROOT.resolve("scripts/troupe"), scripts.resolve("troupe"));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path lib = Files.createDirectories(scripts.resolve("lib"));
    try (Stream<Path> files = Files.list(ROOT.resolve("scripts/lib"))) {
      for (Path file : files.toList()) {
        Files.copy(file, lib.resolve(file.getFileName()));
      }
    }
    Files.createDirectories(folder.resolve("natives").resolve("of-the-test"));
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    Path jars = Files.createDirectories(folder.resolve("jars"));
    try (OutputStream out = Files.newOutputStream(jars.resolve("classes.jar"))) {
      new JarOutputStream(out, manifest).close();
    }
    return new TourProgram(folder);
  }

  /** The blocks of commands of a page in docs/. */
  static List<String> blocks(String page) throws IOException {
    return BLOCK
        .matcher(Files.readString(ROOT.resolve("docs").resolve(page)))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** A script in the folder, on its way. */
  Process process(String script, Redirect out) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-euc", script)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TROUPE_NATIVES", "-of-the-test");
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    return builder.start();
  }

  /** What a script prints; it has to end well. */
  String run(String script) throws Exception {
    Path screen = folder.resolve("screen");
    int code = process(script, Redirect.to(screen.toFile())).waitFor();
    String said = Files.readString(screen);
    assertThat(code).as("%s%n%s", script, said).isZero();
    return said;
  }

  /** Ends what daemons it began. */
  @Override
  public void close() throws IOException {
    Path runs = folder.resolve("runs");
    if (!Files.isDirectory(runs)) {
      return;
    }
    try (Stream<Path> files = Files.walk(runs, 2)) {
      for (Path file : files.filter(path -> path.endsWith("daemon.pid")).toList()) {
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
