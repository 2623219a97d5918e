package io.troupe.actors.listening;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.TinyRun;
import io.troupe.actors.run.JournalEvent;
import io.troupe.actors.run.RunDirectory;
import io.troupe.config.RunSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HearingTest {
  @TempDir private Path root;
  private final Notes notes = new Notes();

  private static final class Notes implements RunListener {
    private final List<JournalEvent> heard = new ArrayList<>();
    private int begun;
    private int failures;
    private int parts;
    private boolean outdated;

    @Override
    public String name() {
      return "notes";
    }

    @Override
    public void begin(RunDirectory directory, RunSettings settings) throws IOException {
      fail();
      begun++;
      heard.clear();
      outdated = false;
    }

    @Override
    public void hear(List<JournalEvent> events) throws IOException {
      fail();
      parts++;
      heard.addAll(events);
    }

    @Override
    public boolean isOutdated() {
      return outdated;
    }

    private void fail() throws IOException {
      if (failures > 0) {
        failures--;
        throw new IOException("not now");
      }
    }

    private List<Long> steps() {
      return heard.stream().map(JournalEvent::step).toList();
    }
  }

  private Hearing hearing() {
    return new Hearing(notes, new RunDirectory(root), TinyRun.settings());
  }

  private void journal(String line) throws IOException {
    Files.writeString(root.resolve("events.jsonl"), line + "\n", CREATE, APPEND);
  }

  private void grid(long step) throws IOException {
    journal(
        "{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"grid\",\"step\":%d,\"of_step\":3,\"file\":\"a\"}"
            .formatted(step));
  }

  @Test
  void eventsAreHeardOnceAndInOrderThoughSomeOfTheLinesAreNone() throws Exception {
    Hearing hearing = hearing();
    hearing.hear();
    assertThat(notes.begun).isEqualTo(1);
    grid(4);
    journal("{\"event\":\"grid\",\"step\":5}");
    journal("not JSON");
    journal("{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"of-a-later-version\",\"step\":6}");
    hearing.hear();
    hearing.hear();
    grid(7);
    hearing.hear();

    assertThat(notes.steps()).containsExactly(4L, 7L);
    assertThat(notes.heard.get(0).details()).isEqualTo(Map.of("of_step", 3, "file", "a"));
    assertThat(notes.begun).isEqualTo(1);
  }

  @Test
  void whatFailedComesAgain() throws Exception {
    Hearing hearing = hearing();
    grid(4);
    notes.failures = 1;
    assertThatThrownBy(hearing::hear).hasMessage("not now");
    assertThat(notes.begun).isZero();
    hearing.hear();
    grid(5);
    notes.failures = 2;
    assertThatThrownBy(hearing::hear).hasMessage("not now");
    grid(6);
    assertThatThrownBy(hearing::hear).hasMessage("not now");
    assertThat(notes.steps()).containsExactly(4L);
    hearing.hear();

    assertThat(notes.steps()).containsExactly(4L, 5L, 6L);
    assertThat(notes.begun).isEqualTo(1);
  }

  @Test
  void allComesAnewWhereTheListenerOrTheJournalBeginsAgain() throws Exception {
    Hearing hearing = hearing();
    grid(4);
    grid(5);
    hearing.hear();
    notes.outdated = true;
    hearing.hear();
    assertThat(notes.begun).isEqualTo(2);
    assertThat(notes.steps()).containsExactly(4L, 5L);

    Files.delete(root.resolve("events.jsonl"));
    grid(9);
    hearing.hear();
    assertThat(notes.begun).isEqualTo(3);
    assertThat(notes.steps()).containsExactly(9L);
  }

  @Test
  void aLongJournalComesInParts() throws Exception {
    for (long step = 0; step < 3000; step++) {
      grid(step);
    }
    hearing().hear();

    assertThat(notes.steps()).hasSize(3000).isSorted().doesNotHaveDuplicates();
    assertThat(notes.parts).isGreaterThan(2);
  }

  @Test
  void theSettingsSayWhoListens() {
    assertThat(Listeners.of(TinyRun.settings()))
        .extracting(RunListener::name)
        .containsExactly("tensorboard");
    assertThat(Listeners.of(TinyRun.settings("tensorboard.enabled=false"))).isEmpty();
  }
}
