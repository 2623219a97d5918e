package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a fleet goes on from. */
class FleetStoreTest {
  @TempDir Path root;
  private FleetFolder folder;

  @BeforeEach
  void setUp() {
    folder = new FleetFolder(root);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    FleetStore store = new FleetStore(folder);
    FleetBook book = store.open();
    Submission sweep =
        new Submission(
            "s",
            "demo",
            List.of("training.steps=5"),
            Map.of("seed", List.of("1", "2")),
            7,
            Optional.of(new Halving(10, 3, "fd_cifar")));
    book.submit(sweep.runs(), sweep.sweep());
    book.place(Map.of("a:1", 1));
    book.scored("s-1", 10, Map.of("fd_cifar", 12.5));
    book.reported(
        "s-1",
        new FleetRun.Progress(11, 20, OptionalLong.of(10), Map.of("fd_cifar", 12.5), "it waits"));
    store.write(book);

    FleetBook read = new FleetStore(folder).open();

    assertThat(read.runs()).containsExactlyElementsOf(book.runs());
    assertThat(read.sweeps()).containsExactlyElementsOf(book.sweeps());
    Submission next = new Submission("t", "demo", List.of(), Map.of(), 0, Optional.empty());
    read.submit(next.runs(), next.sweep());
    assertThat(read.find("t").orElseThrow().order()).isEqualTo(3);
  }

  @Test
  void aDispatcherThatWasTakenForDeadDoesNotWriteOverItsSuccessors() throws IOException {
    FleetStore old = new FleetStore(folder);
    FleetBook before = old.open();
    new FleetStore(folder).open();
    String there = Files.readString(folder.state());

    assertThatThrownBy(() -> old.write(before))
        .isInstanceOf(FleetStore.OvertakenException.class)
        .hasMessageContaining("term 2, this one's is 1");
    assertThat(folder.state()).hasContent(there);
  }

  @Test
  void aFileOfAVersionThatDidNotKeepRunsProgressIsRead() throws IOException {
    Files.createDirectories(folder.state().getParent());
    Files.writeString(
        folder.state(),
        """
        {"term": 3, "sweeps": [], "runs": [{"name": "a", "preset": "demo", "settings": [], "sweep": null,
          "priority": 0, "order": 1, "phase": "FINISHED", "node": "a:1", "epoch": 1, "restarts": 0,
          "message": ""}]}
        """);
    assertThat(new FleetStore(folder).open().find("a").orElseThrow().progress())
        .isEqualTo(FleetRun.Progress.NONE);
  }

  @Test
  void anotherFileIsNotReplaced() throws IOException {
    Files.createDirectories(folder.state().getParent());
    Files.writeString(folder.state(), "{}");
    assertThatThrownBy(() -> new FleetStore(folder).open())
        .hasMessageContaining("is not a fleet's state");
  }

  @Test
  void aLaterPlacementsClaimHolds() throws IOException {
    Path claim = folder.claim("run");
    assertThat(Claim.epoch(claim)).isZero();
    assertThat(Claim.take(claim, 2)).isTrue();
    assertThat(Claim.take(claim, 2)).as("begun again").isTrue();
    assertThat(Claim.take(claim, 1)).isFalse();
    assertThat(Claim.epoch(claim)).isEqualTo(2);
  }
}
