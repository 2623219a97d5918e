package io.troupe.actors.history;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunLock;
import io.troupe.config.files.IoReason;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the files of a run's lock tell of its daemon.
 *
 * @param alive whether one holds the run
 * @param pid its process
 * @param since when it took the run
 * @param url where it answers
 * @param crash what the launcher said of the newest daemon, if that crashed or was killed
 * @param problem why it is not known whether one lives
 */
record Liveness(
    boolean alive,
    OptionalLong pid,
    Optional<Instant> since,
    Optional<String> url,
    Optional<String> crash,
    Optional<String> problem) {
  private static final int MOST_BYTES = 4096;

  static Liveness of(RunDirectory directory) {
    boolean alive = false;
    Optional<Instant> since = Optional.empty();
    Optional<String> problem = Optional.empty();
    try {
      alive = RunLock.isHeld(directory);
      since = RunFiles.listed(directory.pid()).map(RunFiles.Listed::at);
    } catch (IOException e) {
      problem = Optional.of(IoReason.of(e));
    }
    if (!alive) {
      Optional<String> crash =
          RunFiles.text(directory.crash(), MOST_BYTES)
              .map(String::strip)
              .filter(text -> !text.isEmpty());
      return new Liveness(
          false, OptionalLong.empty(), Optional.empty(), Optional.empty(), crash, problem);
    }
    return new Liveness(
        true,
        RunFiles.text(directory.pid(), MOST_BYTES).map(Liveness::pid).orElse(OptionalLong.empty()),
        since,
        RunFiles.text(directory.url(), MOST_BYTES)
            .map(String::strip)
            .filter(text -> text.startsWith("http://")),
        Optional.empty(),
        problem);
  }

  private static OptionalLong pid(String text) {
    return text.strip().matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(text.strip()))
        : OptionalLong.empty();
  }
}
