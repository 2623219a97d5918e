package io.troupe.actors.fleet;

import io.troupe.actors.run.Lookout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What binds a run's process to the node that began it. The node writes a byte every second into
 * the process's standard input as long as it is a member of the fleet. A process that hears nothing
 * for a while, or whose node is gone, ends with a last checkpoint; one whose run another placement
 * has claimed ends at once, without writing anything more.
 */
public final class Tether {
  /** Exit code of a process that ends because its node is silent or gone; that of SIGTERM too. */
  public static final int NODE_GONE = 143;

  /** Exit code of a process whose run belongs to another one. */
  public static final int OVERTAKEN = 142;

  private static final Logger LOG = LoggerFactory.getLogger(Tether.class);
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

  /** How a process ends. */
  interface Ends {
    /** With a last checkpoint. */
    void inOrder();

    /** Without writing anything more. */
    void atOnce();
  }

  private static final Ends OF_PROCESS =
      new Ends() {
        @Override
        public void inOrder() {
          // It waits for the hooks, which write the last checkpoint.
          new Thread(() -> Runtime.getRuntime().exit(NODE_GONE), "troupe-tether-end").start();
        }

        @Override
        public void atOnce() {
          Runtime.getRuntime().halt(OVERTAKEN);
        }
      };

  private final Path claim;
  private final long epoch;
  private final Ends ends;
  private final LongSupplier nanos;
  private final Lookout lookout = new Lookout("troupe-tether", LOOK_PAUSE, this::look);
  private volatile long heard;
  private volatile boolean severed;
  private boolean ending;

  Tether(Path claim, long epoch, Ends ends, LongSupplier nanos) {
    this.claim = claim;
    this.epoch = epoch;
    this.ends = ends;
    this.nanos = nanos;
    heard = nanos.getAsLong();
  }

  /**
   * Binds this process.
   *
   * @param text what {@link #argument} made
   */
  public static void bind(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("\"%s\" is not EPOCH:FILE".formatted(text));
    }
    new Tether(
            Path.of(text.substring(colon + 1)),
            Long.parseLong(text.substring(0, colon)),
            OF_PROCESS,
            System::nanoTime)
        .start(System.in);
  }

  /** What a run's process is told. */
  static String argument(Path claim, long epoch) {
    return epoch + ":" + claim.toAbsolutePath();
  }

  void start(InputStream pulses) {
    Thread listening = new Thread(() -> listen(pulses), "troupe-tether-pulse");
    listening.setDaemon(true);
    listening.start();
    lookout.start();
  }

  private void listen(InputStream pulses) {
    try {
      while (pulses.read() >= 0) {
        heard = nanos.getAsLong();
      }
      LOG.warn("The node that began this run ends it, or is gone; the run ends with a checkpoint.");
    } catch (IOException e) {
      LOG.warn("The node that began this run is not heard: {}", e.toString());
    }
    severed = true;
  }

  private void look() {
    if (isOvertaken()) {
      LOG.error("Another process has this run now; this one ends at once.");
      lookout.close();
      ends.atOnce();
      return;
    }
    if (!severed && nanos.getAsLong() - heard > SILENCE_NANOS) {
      LOG.warn("The node that began this run is silent; the run ends with a checkpoint.");
      severed = true;
    }
    if (severed && !ending) {
      ending = true;
      ends.inOrder();
    }
  }

  private boolean isOvertaken() {
    try {
      return Claim.epoch(claim) > epoch;
    } catch (IOException e) {
      // The shared folder is away for a moment; the lock on the run's folder holds meanwhile.
      LOG.warn("cannot read {}, tried once more soon: {}", claim, e.toString());
      return false;
    }
  }
}
