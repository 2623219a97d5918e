package io.troupe.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lock that another process holds: locks of the same process are no proof. */
@Tag("process")
class RunLockTest {
  @TempDir private Path folder;
  private RunDirectory run;
  private Process holder;

  /** Holds the lock of a folder until its input ends; looks after its files at each byte. */
  public static final class Holder {
    public static void main(String[] arguments) throws IOException {
      try (RunLock lock = RunLock.tryLock(new RunDirectory(Path.of(arguments[0]))).orElseThrow()) {
        System.out.write('l');
        System.out.flush();
        while (System.in.read() >= 0) {
          System.out.write(lock.check() ? 'l' : 'x');
          System.out.flush();
        }
      }
    }
  }

  @BeforeEach
  void startHolder() throws Exception {
    run = new RunDirectory(Files.createDirectory(folder.resolve("run")));
    holder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                run.root().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(holder.getInputStream().read()).isEqualTo('l');
  }

  @AfterEach
  void endHolder() {
    holder.destroyForcibly();
  }

  @Test
  void aDeletedFileGivesTheRunToNobodyElse() throws Exception {
    assertThat(RunLock.tryLock(run)).isEmpty();
    for (Path file : new Path[] {run.pid(), run.lock()}) {
      Files.delete(file);
      assertThat(RunLock.tryLock(run)).as("without " + file).isEmpty();
      assertThat(RunLock.isHeld(run)).isTrue();
      assertThat(lookAfter()).isEqualTo('l');
      assertThat(file).exists();
    }
    assertThat(Files.readString(run.pid())).isEqualTo(holder.pid() + "\n");
  }

  @Test
  void filesThatWereReplacedAreLockedAgain() throws Exception {
    for (Path file : new Path[] {run.pid(), run.lock()}) {
      Files.delete(file);
      Files.writeString(file, "1");
    }
    assertThat(lookAfter()).isEqualTo('l');
    assertThat(RunLock.tryLock(run)).isEmpty();
  }

  @Test
  void whoHasLostAllFilesToAnotherKnowsIt() throws Exception {
    Files.delete(run.pid());
    Files.delete(run.lock());
    try (RunLock other = RunLock.tryLock(run).orElseThrow()) {
      assertThat(lookAfter()).isEqualTo('x');
      assertThat(other.check()).isTrue();
    }
  }

  @Test
  void aFolderThatIsMovedOrDeletedIsMadeAnewForWhatIsLeftToWrite() throws Exception {
    Path moved = folder.resolve("moved");
    Files.move(run.root(), moved);

    assertThat(lookAfter()).isEqualTo('x');

    assertThat(RunLock.isHeld(run)).isTrue();
    assertThat(RunLock.tryLock(run)).isEmpty();
    assertThat(RunLock.isHeld(new RunDirectory(moved))).isFalse();
    assertThat(lookAfter()).isEqualTo('x');
    holder.getOutputStream().close();
    assertThat(holder.waitFor()).isZero();
    assertThat(run.pid()).doesNotExist();
  }

  @Test
  void anotherNameOfTheFolderIsTheSameRun() throws Exception {
    Path name = Files.createSymbolicLink(folder.resolve("name"), run.root());

    assertThat(RunLock.tryLock(new RunDirectory(name))).isEmpty();
    assertThat(RunLock.isHeld(new RunDirectory(name))).isTrue();
  }

  @Test
  void theEndOfTheProcessFreesTheRun() throws Exception {
    holder.destroyForcibly().waitFor();

    assertThat(RunLock.isHeld(run)).isFalse();
    try (RunLock lock = RunLock.tryLock(run).orElseThrow()) {
      assertThat(RunLock.isHeld(run)).isTrue();
      assertThat(RunLock.tryLock(run)).as("in the same process").isEmpty();
      assertThat(lock.check()).isTrue();
    }
    assertThat(RunLock.isHeld(run)).isFalse();
    assertThat(run.pid()).doesNotExist();
  }

  private int lookAfter() throws IOException {
    holder.getOutputStream().write('\n');
    holder.getOutputStream().flush();
    return holder.getInputStream().read();
  }
}
