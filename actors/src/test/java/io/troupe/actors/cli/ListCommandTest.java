package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.history.RunSummary;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ListCommandTest {
  @TempDir private Path folder;

  private void make() throws IOException {
    RunFixture.of(folder.resolve("done"), "training.steps=20")
        .started()
        .steps(1, 20)
        .scored(10, "\"fid\":21.5")
        .scored(20, "\"fid\":23.25")
        .stopped(20);
    RunFixture.of(folder.resolve("sweep/one"), "training.steps=20")
        .after(Duration.ofMinutes(10))
        .started()
        .steps(1, 5)
        .failed(5, "losses were not finite");
    RunFixture.of(folder.resolve("new"), "training.steps=20");
  }

  private List<RunSummary> summaries() throws IOException {
    return RunCatalogue.below(folder).runs().stream()
        .map(RunHistory::summary)
        .sorted(RunTable.NEWEST_FIRST)
        .toList();
  }

  @Test
  void runsAreListedTheNewestFirst() throws Exception {
    make();

    Instant now = RunFixture.START.plus(Duration.ofMinutes(20));
    assertThat(RunTable.lines(summaries(), 80, now))
        .containsExactly(
            "run        state      step  images/s  left  fid (best)        age",
            "sweep/one  failed     5/20     32.00     -  -              10 min",
            "done       finished  20/20     32.00     -  23.25 (21.50)  20 min",
            "new        empty      0/20         -     -  -                   -");
  }

  @Test
  void aTableFitsTheTerminal() throws Exception {
    String name = "a-run-with-a-name-that-is-much-longer-than-a-column-of-the-table-ever-should-be";
    RunFixture.of(folder.resolve(name), "training.steps=1000000")
        .started()
        .steps(1, 3)
        .scored(3, "\"fd_cifar\":0.123456");
    RunFixture.of(folder.resolve("b")).started().steps(1, 2).scored(2, "\"fid\":123.456");
    Instant now = RunFixture.START.plus(Duration.ofHours(3));

    assertThat(RunTable.lines(summaries(), 80, now))
        .allMatch(line -> line.length() <= 80)
        .anyMatch(line -> line.startsWith("a-run-with-a-") && line.contains("…"));
    assertThat(RunTable.lines(summaries(), 200, now))
        .anyMatch(line -> line.startsWith(name + "  gone"))
        .anyMatch(line -> line.contains("fd_cifar 0.1235 (0.1235)"));
  }

  @Test
  void aLivingRunHasItsTimeLeft() throws Exception {
    RunFixture run = RunFixture.of(folder.resolve("r"), "training.steps=3620");
    try (RunLock lock = RunLock.tryLock(run.directory).orElseThrow()) {
      // Later than the lock, as of the daemon that holds it.
      run.after(Duration.between(RunFixture.START, Instant.now().plusSeconds(60)));
      run.started().steps(1, 20);
      assertThat(lock).isNotNull();
      assertThat(RunTable.lines(summaries(), 80, Instant.now()).get(1))
          .startsWith("r    running  20/3620     32.00  60 min");
    }
  }

  @Test
  void programsGetJson() throws Exception {
    make();

    Cli result = Cli.run("list", folder.toString(), "--json");

    assertThat(result.code()).isZero();
    JsonNode json = new ObjectMapper().readTree(result.out());
    assertThat(json.path("folder").asText()).isEqualTo(folder.toString());
    assertThat(Instant.parse(json.path("now").asText())).isAfter(RunFixture.START);
    assertThat(StreamSupport.stream(json.path("runs").spliterator(), false))
        .extracting(run -> run.path("run").asText() + " " + run.path("state").asText())
        .containsExactly("sweep~one failed", "done finished", "new empty");
    JsonNode done = json.path("runs").get(1);
    assertThat(done.path("score").path("best").path("value").asDouble()).isEqualTo(21.5);
    assertThat(done.path("images_per_second").asDouble()).isEqualTo(32);
    assertThat(done.path("remaining_seconds").isNull()).isTrue();
    assertThat(json.path("runs").get(0).path("failure").asText())
        .isEqualTo("losses were not finite");
  }

  @Test
  void foldersWithoutRunsAreSaidToHaveNone() throws Exception {
    assertThat(Cli.run("list", folder.toString()))
        .isEqualTo(
            new Cli(
                0,
                "there are no runs below %s; 'troupe train' begins one%n".formatted(folder),
                ""));
    Cli missing = Cli.run("list", folder.resolve("gone").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no folder");
  }

  @Test
  void namesCannotWriteToTheTerminal() throws Exception {
    RunFixture.of(Files.createDirectories(folder.resolve("a\u001b[2Jb"))).started();
    assertThat(Cli.run("list", folder.toString()).out())
        .contains("a?[2Jb")
        .doesNotContain("\u001b");
  }

  @Test
  void digitsDoNotDependOnTheMachinesLocale() throws Exception {
    make();
    Locale usual = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR"));
      assertThat(String.join("", RunTable.lines(summaries(), 80, Instant.now())))
          .contains("23.25 (21.50)", "20/20")
          .matches("\\p{ASCII}*");
    } finally {
      Locale.setDefault(usual);
    }
  }
}
