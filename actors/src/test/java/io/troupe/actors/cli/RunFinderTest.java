package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunFinderTest {
  @TempDir private Path folder;
  private Path here;
  private Path checkout;
  private RunFinder finder;

  @BeforeEach
  void makeFolders() {
    here = folder.resolve("here/runs");
    checkout = folder.resolve("checkout/runs");
    finder = new RunFinder(List.of(here, checkout));
  }

  private static RunDirectory make(Path folder, String name) throws IOException {
    RunDirectory run = new RunDirectory(Files.createDirectories(folder.resolve(name)));
    Files.writeString(run.config(), "");
    return run;
  }

  @Test
  void aPathIsARun() throws Exception {
    Path run = make(folder, "elsewhere").root();
    assertThat(finder.named(run.toString()).root()).isEqualTo(run);
  }

  @Test
  void aNameIsLookedUpHereFirst() throws Exception {
    make(checkout, "demo");
    assertThat(finder.named("demo").root()).isEqualTo(checkout.resolve("demo"));
    make(here, "demo");
    assertThat(finder.named("demo").root()).isEqualTo(here.resolve("demo"));
    make(here, "sweep/a");
    assertThat(finder.named("sweep/a").root()).isEqualTo(here.resolve("sweep/a"));
  }

  @Test
  void toBeginARunThatIsThereIsToGoOnWithIt() throws Exception {
    assertThat(finder.begun(Path.of("demo"))).isEqualTo(Path.of("demo"));
    Path there = make(checkout, "demo").root();
    assertThat(finder.begun(Path.of("demo"))).isEqualTo(there);
    assertThat(finder.begun(Path.of("./demo"))).isEqualTo(Path.of("./demo"));
    assertThat(finder.begun(folder.resolve("demo"))).isEqualTo(folder.resolve("demo"));
    Files.createDirectories(checkout.resolve("src"));
    assertThat(finder.begun(Path.of("src"))).as("a folder here").isEqualTo(Path.of("src"));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() throws Exception {
    assertThatThrownBy(() -> finder.named("demo"))
        .hasMessage(
            "there is no run directory demo, nor a run of that name (there is none below %s and %s)",
            here, checkout);
    make(here, "b");
    make(checkout, "a");
    assertThatThrownBy(() -> finder.named("demo"))
        .hasMessage(
            "there is no run directory demo, nor a run of that name; there are b, a below %s and %s",
            here, checkout);
    assertThatThrownBy(() -> finder.named("a\0b")).hasMessageContaining("cannot be the path");
  }

  @Test
  void theOnlyLivingRunIsTakenFromTheFirstFolderThatHasOne() throws Exception {
    make(here, "dead");
    assertThatThrownBy(() -> finder.living())
        .hasMessageContainingAll("no daemon is running below", "name the run", "dead");
    RunDirectory there = make(checkout, "there");
    try (RunLock one = RunLock.tryLock(there).orElseThrow()) {
      assertThat(finder.living()).isEqualTo(there);
      RunDirectory near = make(here, "near");
      try (RunLock two = RunLock.tryLock(near).orElseThrow()) {
        assertThat(finder.living()).isEqualTo(near);
        try (RunLock three = RunLock.tryLock(make(here, "other")).orElseThrow()) {
          assertThatThrownBy(() -> finder.living())
              .hasMessageContainingAll("several daemons", "runs/near", "runs/other");
          assertThat(List.of(one, two, three)).doesNotContainNull();
        }
      }
    }
  }

  @Test
  void whoOnlyLooksGetsTheNewestRunIfNoneLives() throws Exception {
    assertThatThrownBy(() -> finder.shown(Optional.empty()))
        .hasMessageContaining("there are no runs");
    RunFixture.of(here.resolve("old")).started();
    RunFixture.of(here.resolve("new")).after(Duration.ofHours(1)).started();
    assertThat(finder.shown(Optional.empty()).directory().root()).isEqualTo(here.resolve("new"));
    assertThat(finder.shown(Optional.of("old")).id()).isEqualTo("old");
    try (RunLock lock = RunLock.tryLock(make(checkout, "living")).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(finder.shown(Optional.empty()).id()).isEqualTo("living");
    }
  }
}
