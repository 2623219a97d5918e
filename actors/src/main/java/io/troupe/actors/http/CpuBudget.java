package io.troupe.actors.http;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Holds the CPU time of the server's threads to a share of the machine's. A thread that begins with
 * a request pays for what it used since its last payment, and sleeps until all payments so far are
 * covered, so clients that ask without a pause wait for one another instead of taking the cores
 * from training.
 */
public final class CpuBudget {
  /**
   * Of all cores, but for health checks. What clients take otherwise is more: the kernel's work for
   * them, the compiler's on code that was never so busy before, and training's threads, all of
   * which wait for the one that lost its core.
   */
  public static final double BESIDE_TRAINING = 0.03;

  /** Of all cores, for health checks. */
  private static final double HEALTH_SHARE = 0.01;

  /** How much time without requests is remembered. */
  private static final long SAVED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final double cores;
  private final LongSupplier clock;
  private final LongSupplier cpuClock;

  /** What a thread has paid for. */
  private final ThreadLocal<Long> paid;

  private long coveredAt;

  /**
   * A budget of its own clocks.
   *
   * @param cores how many cores' time may be used
   * @param clock nanoseconds of time
   * @param cpuClock nanoseconds that the calling thread has computed
   */
  CpuBudget(double cores, LongSupplier clock, LongSupplier cpuClock) {
    this(cores, clock, cpuClock, ThreadLocal.withInitial(() -> 0L));
  }

  private CpuBudget(
      double cores, LongSupplier clock, LongSupplier cpuClock, ThreadLocal<Long> paid) {
    this.paid = paid;
    this.cores = cores;
    this.clock = clock;
    this.cpuClock = cpuClock;
    coveredAt = clock.getAsLong();
  }

  /**
   * The budget of a server on this machine.
   *
   * @param share of all cores
   */
  static CpuBudget ofMachine(double share) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return new CpuBudget(
        share * Runtime.getRuntime().availableProcessors(),
        System::nanoTime,
        threads::getCurrentThreadCpuTime);
  }

  /**
   * A budget for what must not wait for the requests that pay this one: health checks, which wait
   * for one another only. What a thread pays to one of both it does not pay to the other.
   */
  CpuBudget forHealth() {
    return new CpuBudget(cores * HEALTH_SHARE / BESIDE_TRAINING, clock, cpuClock, paid);
  }

  /** Pays for what this thread used; the nanoseconds until that is covered, or less than 1. */
  public long pay() {
    long used = cpuClock.getAsLong();
    long cost = (long) ((used - paid.get()) / cores);
    paid.set(used);
    synchronized (this) {
      long now = clock.getAsLong();
      coveredAt = Math.max(coveredAt, now - SAVED_NANOS) + cost;
      return coveredAt - now;
    }
  }

  /** Pays for what this thread used, and sleeps until that is covered. */
  void payAndWait() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(pay());
  }

  /** A task that pays for itself. */
  public Runnable paying(Runnable task) {
    return () -> {
      try {
        task.run();
      } finally {
        pay();
      }
    };
  }
}
