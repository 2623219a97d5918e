package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.history.RunCatalogue;
import io.troupe.actors.history.RunHistory;
import io.troupe.actors.run.RunLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WatchScreenTest {
  private static final Instant NOW = RunFixture.START.plus(Duration.ofMinutes(10));

  @TempDir private Path folder;

  private RunFixture finished() throws Exception {
    return RunFixture.of(folder.resolve("r"), "training.steps=200")
        .started()
        .steps(1, 200)
        .scored(100, "\"fid\":21.5,\"fid_std\":0.5")
        .scored(200, "\"fid\":23.25,\"fid_std\":0.5")
        .stopped(200);
  }

  private List<String> picture(RunFixture run, int width, int height) throws Exception {
    RunHistory history = RunCatalogue.of(run.directory).runs().get(0);
    try (RecentEvents events = new RecentEvents(run.directory.events())) {
      return new WatchScreen(width, height, ZoneOffset.UTC, NOW)
          .lines(
              history.summary(),
              history.curves(1000, 0, Long.MAX_VALUE),
              events.newest(),
              "the last line");
    }
  }

  @Test
  void aRunFillsTheScreen() throws Exception {
    List<String> lines = picture(finished(), 80, 24);

    assertThat(lines).hasSize(24).allMatch(line -> line.length() <= 80);
    assertThat(lines.get(0)).startsWith("r, demo: finished").endsWith(" 03:10:00").hasSize(80);
    assertThat(lines.get(1))
        .startsWith("step 200 of 200  ███")
        .doesNotContain("░")
        .endsWith("█  100.0 %")
        .hasSize(80);
    assertThat(lines.get(2)).isEqualTo("32.00 images/s, 3 min in training, last event 7 min ago");
    assertThat(lines.get(3)).isEqualTo("fid 23.25 (best 21.50 of step 100)");
    assertThat(lines.get(4)).isEqualTo("All 200 steps are done.");
    // Two rows of plots: losses, then the score and one more.
    assertThat(lines.get(5))
        .startsWith("Discriminator loss 1.005")
        .contains("Generator loss 0.5025");
    assertThat(lines.get(6)).startsWith("  2.000 ").contains(" 1.000 ");
    assertThat(String.join("", lines.subList(6, 12))).containsPattern("[\u2801-\u28ff]");
    assertThat(lines.get(12)).startsWith("fid, lower is better 23.25");
    assertThat(lines.subList(19, 23))
        .containsExactly(
            "03:03:20      100  evaluation-finished: of step 100, fid 21.50, fid std 0.5000",
            "03:03:20      200  evaluation-finished: of step 200, fid 23.25, fid std 0.5000",
            "03:03:20      200  stopping",
            "03:03:20      200  stopped");
    assertThat(lines.get(23)).isEqualTo("the last line");
  }

  @ParameterizedTest
  @CsvSource({"40,8", "80,10", "80,16", "81,24", "120,40", "200,60", "300,100"})
  void everySizeIsKept(int width, int height) throws Exception {
    assertThat(picture(finished(), width, height))
        .hasSize(height)
        .allMatch(line -> line.length() <= width)
        .last()
        .isEqualTo("the last line");
  }

  @Test
  void aLivingRunHasItsProgressAndTimeLeft() throws Exception {
    RunFixture run = RunFixture.of(folder.resolve("r"), "training.steps=200");
    try (RunLock lock = RunLock.tryLock(run.directory).orElseThrow()) {
      assertThat(lock).isNotNull();
      run.after(Duration.between(RunFixture.START, Instant.now().plusSeconds(60)));
      run.started().steps(1, 50);

      List<String> lines = picture(run, 80, 24);

      assertThat(lines.get(0)).startsWith("r, demo: running");
      assertThat(lines.get(1)).contains("█░").endsWith("25.0 %");
      assertThat(lines.get(2)).contains("3 min left, done at 20");
      assertThat(lines.get(4)).isEmpty();
    }
  }

  @Test
  void whatFailsIsSaid() throws Exception {
    RunFixture run = RunFixture.of(folder.resolve("r"), "training.steps=200");
    try (RunLock lock = RunLock.tryLock(run.directory).orElseThrow()) {
      assertThat(lock).isNotNull();
      RunHistory history = RunCatalogue.of(run.directory).runs().get(0);
      var status =
          new ObjectMapper()
              .readTree(
                  """
                  {"state":"running","step":2,"steps":9,"evaluation_share":0.5,"troubles":[
                   {"helper":"journal","since":"2026-01-02T03:04:06Z","failures":1,
                    "cause":"disk full"}]}""");
      List<String> lines =
          new WatchScreen(80, 24, ZoneOffset.UTC, NOW)
              .lines(
                  history.summary(Optional.of(status)),
                  history.curves(1000, 0, Long.MAX_VALUE),
                  List.of(),
                  "");
      assertThat(lines.get(0)).startsWith("r, demo: running, evaluating 50 %");
      assertThat(lines.get(4)).isEqualTo("failing: journal: disk full");
    }
    RunFixture empty = RunFixture.of(folder.resolve("empty"));
    assertThat(picture(empty, 80, 24))
        .hasSize(24)
        .anyMatch(line -> line.equals("Nothing has happened yet."));
  }

  @Test
  void withoutATerminalThereIsOnePicture() throws Exception {
    Cli result = Cli.run("watch", finished().directory.root().toString());

    assertThat(result.code()).isZero();
    assertThat(result.err()).contains("not a terminal", "single picture");
    assertThat(result.out().lines()).hasSize(24).contains("no daemon is running on it any more");
    assertThat(result.out()).doesNotContain("\u001b");
  }

  @Test
  void eventsAreReadAsTheyCome() throws Exception {
    RunFixture run = RunFixture.of(folder.resolve("r"));
    try (RecentEvents events = new RecentEvents(run.directory.events())) {
      assertThat(events.newest()).isEmpty();
      run.started().steps(1, 2);
      assertThat(events.newest())
          .extracting(RecentEvents.Event::text)
          .containsExactly("started: seed 1");
      Files.writeString(
          run.directory.events(), "no json\n", java.nio.file.StandardOpenOption.APPEND);
      run.event("settings", 2, ",\"key\":\"evaluation.every\",\"from\":\"1\",\"to\":\"2\"");
      assertThat(events.newest())
          .extracting(RecentEvents.Event::text)
          .containsExactly("started: seed 1", "settings: key evaluation.every, from 1, to 2");
    }
  }
}
