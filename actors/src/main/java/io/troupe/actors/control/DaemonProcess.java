package io.troupe.actors.control;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalLong;

/** The process of a run's daemon, seen from another process. */
public final class DaemonProcess {
  private DaemonProcess() {}

  /** The process id that the newest daemon left in the run directory. */
  public static OptionalLong lastPid(RunDirectory directory) throws IOException {
    try {
      return OptionalLong.of(Long.parseLong(RunDirectory.text(directory.pid())));
    } catch (NoSuchFileException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The process of a run's living daemon, if there is one and it is on this machine. */
  public static Optional<ProcessHandle> find(RunDirectory directory) throws IOException {
    if (!RunLock.isHeld(directory)) {
      return Optional.empty();
    }
    OptionalLong pid = lastPid(directory);
    return pid.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(pid.getAsLong()).filter(ProcessHandle::isAlive);
  }
}
