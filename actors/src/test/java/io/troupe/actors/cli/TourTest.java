package io.troupe.actors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  @TempDir private Path folder;
  private TourProgram program;

  /** The blocks of commands, with few steps, few pictures to score, and free ports. */
  private static List<String> blocks() throws IOException {
    return TourProgram.blocks("tour.md").stream()
        .map(
            block ->
                block
                    .replaceAll(
                        "--steps \\d+",
                        "--steps 4 --set evaluation.every=4 --set evaluation.images=50")
                    .replaceAll("(?m)(scripts/troupe (start|train|studio)\\b.*)$", "$1 --port 0"))
        .toList();
  }

  @AfterEach
  void endDaemons() throws IOException {
    program.close();
  }

  @Test
  void aNewcomerComesFromNothingToThreeSeedsCompared() throws Exception {
    program = TourProgram.in(folder);
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(7);

    assertThat(program.run(blocks.get(0))).containsPattern(ADDRESS);
    assertThat(program.run(blocks.get(1))).contains("running", "demo");
    assertThat(program.run(blocks.get(2))).contains("the run's daemon, as it is now", "shapes");
    assertThat(names("shapes")).hasSize(400).allMatch(name -> name.endsWith(".png"));
    assertThat(program.run(blocks.get(3)))
        .contains("sampling.every", "paused", "running", "stopped");
    assertThat(program.run(blocks.get(4))).contains("done        step 4", "runs/mine");
    String compared = program.run(blocks.get(5));
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
    Process studio = program.process("exec " + script, Redirect.PIPE);
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
