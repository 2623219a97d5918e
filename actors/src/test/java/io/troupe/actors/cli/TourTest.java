package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of docs/tour.md work, in this order and by the launcher, as a newcomer types them.
 */
@Tag("process")
@Tag("nightly")
class TourTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```$", Pattern.DOTALL);
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  @TempDir private Path folder;

  /** A folder as the archive's, of which the only jar points to the classes of this test. */
  private void makeProgram() throws IOException {
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
  }

  /** The blocks of commands, with few steps, few pictures to score, and free ports. */
  private static List<String> blocks() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/tour.md"));
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(page);
    while (matcher.find()) {
      blocks.add(
          matcher
              .group(1)
              .replaceAll(
                  "--steps \\d+", "--steps 4 --set evaluation.every=4 --set evaluation.images=50")
              .replaceAll("(?m)(scripts/troupe (start|train|studio)\\b.*)$", "$1 --port 0"));
    }
    return blocks;
  }

  private Process process(String script, Redirect out) throws IOException {
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

  private String run(String script) throws Exception {
    Path screen = folder.resolve("screen");
    int code = process(script, Redirect.to(screen.toFile())).waitFor();
    String said = Files.readString(screen);
    assertThat(code).as("%s%n%s", script, said).isZero();
    return said;
  }

  @AfterEach
  void endDaemons() throws IOException {
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

  @Test
  void aNewcomerComesFromNothingToThreeSeedsCompared() throws Exception {
    makeProgram();
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(7);

    assertThat(run(blocks.get(0))).containsPattern(ADDRESS);
    assertThat(run(blocks.get(1))).contains("running", "demo");
    assertThat(run(blocks.get(2))).contains("the run's daemon, as it is now", "shapes");
    assertThat(names("shapes")).hasSize(400).allMatch(name -> name.endsWith(".png"));
    assertThat(run(blocks.get(3))).contains("sampling.every", "paused", "running", "stopped");
    assertThat(run(blocks.get(4))).contains("done        step 4", "runs/mine");
    String compared = run(blocks.get(5));
    assertThat(compared).contains("seed-1", "seed-2", "seed-3").containsIgnoringCase("lower");
    assertThat(studio(blocks.get(6)))
        .containsExactlyInAnyOrder("demo", "mine", "seed-1", "seed-2", "seed-3");
  }

  private List<String> names(String of) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(of))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** The runs that the studio's page lists. */
  private List<String> studio(String script) throws Exception {
    Process studio = process("exec " + script, Redirect.PIPE);
    try (BufferedReader screen = studio.inputReader(UTF_8)) {
      StringBuilder said = new StringBuilder();
      Matcher address = ADDRESS.matcher(said);
      for (String line = screen.readLine(); line != null; line = screen.readLine()) {
        said.append(line).append('\n');
        address = ADDRESS.matcher(said);
        if (address.find()) {
          break;
        }
      }
      assertThat(address.reset().find()).as(said.toString()).isTrue();
      String runs =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address.group() + "/api/v1/runs")).build(),
                  BodyHandlers.ofString())
              .body();
      List<String> names = new ArrayList<>();
      for (JsonNode run : new ObjectMapper().readTree(runs).path("runs")) {
        names.add(run.path("run").asText());
      }
      return names;
    } finally {
      studio.destroy();
      studio.waitFor();
    }
  }
}
