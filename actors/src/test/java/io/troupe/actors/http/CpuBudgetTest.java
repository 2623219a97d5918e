package io.troupe.actors.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CpuBudgetTest {
  private static final double CORES = 0.25;

  private final AtomicLong time = new AtomicLong(1_000_000_000_000L);
  private final AtomicLong used = new AtomicLong();
  private final CpuBudget budget = new CpuBudget(CORES, time::get, used::get);

  @Test
  void whoPaysAndWaitsUsesItsShareAndNoMore() {
    long start = time.get();
    for (int request = 0; request < 1000; request++) {
      used.addAndGet(TimeUnit.MICROSECONDS.toNanos(100 + request));
      time.addAndGet(Math.max(0, budget.pay()));
    }

    // 599.5 ms of computing are 2398 ms of a quarter of a core.
    assertThat(time.get() - start).isEqualTo(TimeUnit.MICROSECONDS.toNanos(2_398_000));
  }

  @Test
  void aQuietTimeIsSavedUpToTenSeconds() {
    time.addAndGet(TimeUnit.HOURS.toNanos(1));
    used.addAndGet(TimeUnit.MILLISECONDS.toNanos(2500));
    assertThat(budget.pay()).isZero();
    used.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(budget.pay()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(4));
  }

  @Test
  void aThreadPaysOnceForWhatItUsed() {
    used.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(budget.pay()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(4));
    assertThat(budget.pay()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(4));
  }

  @Test
  void healthChecksWaitForOneAnotherOnly() {
    CpuBudget health = budget.forHealth();
    used.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(budget.pay()).isPositive();
    // That second is paid, and not to this one.
    assertThat(health.pay()).isNotPositive();
    used.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(health.pay()).isPositive();
  }
}
