package io.troupe.actors.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a run's process ends with its node. */
class TetherTest {
  private static final long PATIENCE_SECONDS = 20;

  @TempDir Path folder;
  private Path claim;
  private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void claim() throws Exception {
    claim = folder.resolve("claims").resolve("run");
    Claim.take(claim, 3);
  }

  private void bind(InputStream pulses) {
    new Tether(
            claim,
            3,
            new Tether.Ends() {
              @Override
              public void inOrder() {
                ends.add("in order");
              }

              @Override
              public void atOnce() {
                ends.add("at once");
              }
            },
            nanos::get)
        .start(pulses);
  }

  private String end() throws InterruptedException {
    return ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void itEndsInOrderWhenItsNodeIsGone() throws Exception {
    try (PipedOutputStream node = new PipedOutputStream()) {
      bind(new PipedInputStream(node));
      node.write('.');
      assertThat(ends).isEmpty();
    }
    assertThat(end()).isEqualTo("in order");
  }

  @Test
  void itEndsInOrderWhenItsNodeIsSilent() throws Exception {
    try (PipedOutputStream node = new PipedOutputStream()) {
      bind(new PipedInputStream(node));
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(16));
      assertThat(end()).isEqualTo("in order");
      // Whoever has the run by then does not wait for the last checkpoint.
      Claim.take(claim, 4);
      assertThat(end()).isEqualTo("at once");
    }
  }

  @Test
  void itEndsAtOnceWhenAnotherPlacementHasTheRun() throws Exception {
    try (PipedOutputStream node = new PipedOutputStream()) {
      bind(new PipedInputStream(node));
      Claim.take(claim, 4);
      assertThat(end()).isEqualTo("at once");
    }
  }
}
