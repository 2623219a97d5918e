package io.troupe.actors.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<Buffer> made = new ArrayList<>();
  private final Pool<Buffer> pool = new Pool<>("batch", 2, this::make);

  private static final class Buffer implements AutoCloseable {
    private int closings;

    @Override
    public void close() {
      closings++;
    }
  }

  private Buffer make() {
    Buffer buffer = new Buffer();
    made.add(buffer);
    return buffer;
  }

  @Test
  void lendsEachBufferToOneHolderOnly() {
    Lease<Buffer> first = pool.tryLease().orElseThrow();
    Lease<Buffer> second = pool.tryLease().orElseThrow();
    assertThat(first.value()).isNotSameAs(second.value());
    assertThat(pool.tryLease()).isEmpty();
    assertThat(pool.available()).isZero();
    Buffer returned = first.value();
    first.close();
    assertThat(pool.tryLease().orElseThrow().value()).isSameAs(returned);
    assertThat(made).hasSize(2);
  }

  @Test
  void waitsUntilABufferIsGivenBack() throws Exception {
    Lease<Buffer> first = pool.lease(LONG);
    pool.lease(LONG);
    CompletableFuture<Lease<Buffer>> third = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                third.complete(pool.lease(LONG));
              } catch (InterruptedException | RuntimeException e) {
                third.completeExceptionally(e);
              }
            });
    waiting.start();
    while (waiting.getState() != Thread.State.TIMED_WAITING && waiting.isAlive()) {
      Thread.onSpinWait();
    }
    assertThat(third).isNotDone();
    Buffer returned = first.value();
    first.close();
    waiting.join();
    assertThat(third.get().value()).isSameAs(returned);
  }

  @Test
  void saysWhichBufferWasNotGivenBack() throws Exception {
    pool.lease(LONG);
    pool.lease(LONG);
    assertThatThrownBy(() -> pool.lease(Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no batch buffer was given back within 1 s");
  }

  @Test
  void closingALeaseTwiceGivesItsBufferBackOnce() {
    Lease<Buffer> lease = pool.tryLease().orElseThrow();
    lease.close();
    lease.close();
    assertThat(pool.available()).isEqualTo(2);
  }

  @Test
  void aClosedLeaseDoesNotReachTheNextHoldersBuffer() {
    Lease<Buffer> lease = pool.tryLease().orElseThrow();
    lease.close();
    assertThatThrownBy(lease::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the lease is closed");
  }

  @Test
  void freesLentBuffersWhenTheyComeBackAfterItsClosing() {
    Lease<Buffer> lent = pool.tryLease().orElseThrow();
    Buffer value = lent.value();
    pool.close();
    assertThat(made).filteredOn(buffer -> buffer != value).allMatch(b -> b.closings == 1);
    assertThat(value.closings).isZero();
    assertThat(pool.tryLease()).isEmpty();
    lent.close();
    assertThat(value.closings).isEqualTo(1);
    assertThat(pool.tryLease()).isEmpty();
  }

  @Test
  void saysWhichBufferCannotBeFreed() {
    Pool<AutoCloseable> broken =
        new Pool<>(
            "snapshot",
            1,
            () ->
                () -> {
                  throw new UnsupportedOperationException("stuck");
                });
    assertThatThrownBy(broken::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot free a snapshot buffer")
        .hasRootCauseMessage("stuck");
  }
}
