package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a launcher of the test's own. */
class JobsTest {
  @TempDir private Path folder;
  private Jobs jobs;

  @BeforeEach
  void makeJobs() throws IOException {
    jobs = new Jobs(Optional.of(launcher(folder).toString()));
  }

  @AfterEach
  void close() {
    jobs.close();
  }

  /**
   * {@code say WORDS} says them, {@code fail} fails, {@code wait FIFO} ends when that is written.
   */
  static Path launcher(Path folder) throws IOException {
    Path script = folder.resolve("launcher");
    Files.writeString(
        script,
        """
        #!/bin/sh
        case $1 in
          say) shift; echo "$@" ;;
          flood) i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i + 1)); done ;;
          fail) echo "at work"; echo "troupe: no such checkpoint" >&2; exit 1 ;;
          wait) echo begun >"$2.begun"; read -r line <"$2"; echo "$line" ;;
        esac
        """);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script;
  }

  private static Jobs.Order order(String run, String... arguments) {
    return new Jobs.Order(
        run,
        "sample",
        "64 pictures",
        List.of(arguments),
        true,
        Optional.of("/file"),
        Optional.empty());
  }

  private static Jobs.Job end(Jobs.Taken taken) throws Exception {
    return taken.end().get(1, TimeUnit.MINUTES);
  }

  private Path fifo(String name) throws Exception {
    Path fifo = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @Test
  void aJobSaysWhatItsProcessSaidAndWhereTheFileIs() throws Exception {
    Jobs.Taken taken = jobs.take(order("a", "say", "two words", "--out=$HOME;x"));
    Jobs.Job job = end(taken);
    assertThat(job.state()).isEqualTo(Jobs.State.DONE);
    assertThat(job.message()).isEqualTo("two words --out=$HOME;x");
    assertThat(job.file()).contains("/file");
    assertThat(jobs.of("a")).containsExactly(job);
    assertThat(jobs.of("b")).isEmpty();
  }

  @Test
  void aFailedJobSaysWhyAndHasNoFile() throws Exception {
    Jobs.Job job = end(jobs.take(order("a", "fail")));
    assertThat(job.state()).isEqualTo(Jobs.State.FAILED);
    assertThat(job.message()).isEqualTo("no such checkpoint");
    assertThat(job.file()).isEmpty();
  }

  @Test
  void muchOutputIsReadAndNotKept() throws Exception {
    Jobs.Job job = end(jobs.take(order("a", "flood")));
    assertThat(job.state()).isEqualTo(Jobs.State.DONE);
    assertThat(job.message()).hasSizeLessThanOrEqualTo(2000);
  }

  @Test
  void twoRunAtATimeTheOthersWaitAndSoManyAreTaken() throws Exception {
    List<Jobs.Taken> taken = new ArrayList<>();
    List<Path> fifos = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      fifos.add(fifo("fifo" + i));
      taken.add(jobs.take(order("a", "wait", fifos.get(i).toString())));
    }
    assertThatThrownBy(() -> jobs.take(order("a", "say")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("16 jobs are not done yet");
    // To open a fifo for writing waits for its reader, so that one has begun.
    Files.writeString(fifos.get(0), "first\n");
    Files.writeString(fifos.get(1), "second\n");
    assertThat(end(taken.get(0)).message()).isEqualTo("first");
    assertThat(end(taken.get(1)).message()).isEqualTo("second");
    Files.writeString(fifos.get(2), "third\n");
    assertThat(end(taken.get(2)).message()).isEqualTo("third");
    assertThat(folder.resolve("fifo15.begun")).doesNotExist();
    assertThat(taken.get(15).end()).isNotDone();

    jobs.close();

    for (Jobs.Taken one : taken.subList(3, 16)) {
      assertThat(end(one).state()).isEqualTo(Jobs.State.FAILED);
    }
    assertThat(folder.resolve("fifo15.begun")).doesNotExist();
    assertThatThrownBy(() -> jobs.take(order("a", "say")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void withoutALauncherThereAreNone() {
    try (Jobs none = new Jobs(Optional.empty())) {
      assertThatThrownBy(() -> none.take(order("a", "say")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("scripts/troupe");
    }
  }
}
