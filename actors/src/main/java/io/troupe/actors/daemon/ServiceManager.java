package io.troupe.actors.daemon;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that started the process, by sd_notify(3), if there is one. Its socket takes
 * datagrams, which Java has none of for sockets of files, so systemd's own program {@code
 * systemd-notify} sends them; the service must let it, by {@code NotifyAccess=all}.
 */
final class ServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
  private static final int PATIENCE_SECONDS = 10;

  private final boolean present;
  private final Optional<Duration> patience;
  private final String program;
  private boolean failed;

  private ServiceManager(boolean present, Optional<Duration> patience, String program) {
    this.present = present;
    this.patience = patience;
    this.program = program;
  }

  /** By the environment of the process. */
  static ServiceManager of(Map<String, String> environment) {
    return of(environment, "systemd-notify");
  }

  /** With another program that sends. */
  static ServiceManager of(Map<String, String> environment, String program) {
    boolean present = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
    Optional<Duration> patience =
        Optional.ofNullable(environment.get("WATCHDOG_USEC"))
            .filter(text -> present && text.matches("[1-9]\\d{0,15}"))
            .map(text -> Duration.of(Long.parseLong(text), ChronoUnit.MICROS));
    return new ServiceManager(present, patience, program);
  }

  /** How long it waits for a sign of life before it ends the process; empty if it does not. */
  Optional<Duration> patience() {
    return patience;
  }

  /** Tells it something, such as {@code READY=1}, if there is one. */
  void tell(String state) {
    if (!present) {
      return;
    }
    try {
      Process process =
          new ProcessBuilder(program, state)
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        complain("it takes too long");
      } else if (process.exitValue() != 0) {
        complain("it ends with " + process.exitValue());
      }
    } catch (IOException e) {
      complain(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Once: it is told every few seconds. */
  private void complain(String reason) {
    if (!failed) {
      failed = true;
      LOG.warn("cannot notify the service manager by {}: {}", program, reason);
    }
  }
}
