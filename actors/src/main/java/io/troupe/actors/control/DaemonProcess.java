package io.troupe.actors.control;

import io.troupe.actors.RunDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The process of a run's daemon, seen from another process. */
public final class DaemonProcess {
  private DaemonProcess() {}

  /** The process id that the newest daemon left in the run directory. */
  public static OptionalLong lastPid(RunDirectory directory) throws IOException {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(directory.pid()).strip()));
    } catch (NoSuchFileException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The living daemon of a run, if there is one. */
  public static Optional<ProcessHandle> find(RunDirectory directory) throws IOException {
    OptionalLong pid = lastPid(directory);
    return pid.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(pid.getAsLong()).filter(ProcessHandle::isAlive);
  }

  /** Whether a daemon holds the run directory's lock. */
  public static boolean holds(RunDirectory directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory.pid(), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The runs below a folder that have a living daemon, in the order of their names. */
  public static List<RunDirectory> running(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> runs = Files.list(folder)) {
      Stream.Builder<RunDirectory> found = Stream.builder();
      for (Path run : runs.sorted().toList()) {
        RunDirectory directory = new RunDirectory(run);
        if (find(directory).isPresent()) {
          found.add(directory);
        }
      }
      return found.build().toList();
    }
  }
}
