package io.troupe.actors.fleet;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that trains a run, bound to this one by a {@link Tether}. */
final class RunProcess {
  private static final Logger LOG = LoggerFactory.getLogger(RunProcess.class);

  /** How long a process that was let go may take for its last checkpoint. */
  private static final long GRACE_SECONDS = 120;

  private final Process process;
  private boolean stopping;

  private RunProcess(Process process) {
    this.process = process;
  }

  /**
   * Begins one.
   *
   * @param environment variables beside this process's own
   * @param log that its output is added to; its folder is made
   */
  static RunProcess launch(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    Files.createDirectories(Objects.requireNonNull(log.getParent()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new RunProcess(
        builder.redirectOutput(Redirect.appendTo(log.toFile())).redirectErrorStream(true).start());
  }

  /** Says that this node is there. */
  void pulse() {
    try {
      process.getOutputStream().write('.');
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It is about to end; its exit code will tell.
      LOG.debug("no pulse for process {}: {}", process.pid(), e.toString());
    }
  }

  /** Its exit code; empty while it lives. */
  OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Lets it end with a last checkpoint. */
  void stop() {
    if (!stopping) {
      stopping = true;
      process.destroy();
    }
  }

  /** Lets it end, by force if it takes too long. */
  void letGo() {
    stop();
    CompletableFuture.delayedExecutor(GRACE_SECONDS, TimeUnit.SECONDS).execute(this::kill);
  }

  boolean hasEnded() {
    return !process.isAlive();
  }

  /** Waits until it has ended. */
  void await() {
    process.onExit().join();
  }

  private void kill() {
    // With the launcher's own process there is one below it.
    Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .forEach(ProcessHandle::destroyForcibly);
  }
}
