package io.troupe.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all images of a dataset once, with all processors, but for those that are there already,
 * and says now and then how far it is.
 */
final class Decoding {
  private static final Logger LOG = LoggerFactory.getLogger(Decoding.class);
  private static final long TELL_NANOS = 1_000_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;
  private static final long WAIT_MILLIS = 500;

  /** Takes images; from any thread. */
  interface Target {
    /** Whether it has an image already; {@code image} is overwritten. */
    boolean has(int index, byte[] image) throws IOException;

    void write(int index, byte[] image) throws IOException;
  }

  private final Dataset images;
  private final Target target;
  private final Consumer<String> progress;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger decoded = new AtomicInteger();
  private final LongSupplier nanos;
  private final long begun;
  private final AtomicLong told;
  private final AtomicLong logged;

  /**
   * Of a dataset.
   *
   * @param progress hears every second how far it is; from any thread
   * @param nanos a clock
   */
  Decoding(Dataset images, Target target, Consumer<String> progress, LongSupplier nanos) {
    this.images = images;
    this.target = target;
    this.progress = progress;
    this.nanos = nanos;
    begun = nanos.getAsLong();
    told = new AtomicLong(begun);
    logged = new AtomicLong(begun);
  }

  /**
   * Reads them all.
   *
   * @return how many were decoded now
   * @throws IOException what the target throws
   * @throws DatasetException if an image cannot be had
   */
  int run() throws IOException {
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), images.size());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        parts.add(pool.submit(this::readSome));
      }
      for (Future<?> part : parts) {
        part.get();
      }
      return decoded.get();
    } catch (ExecutionException e) {
      next.set(images.size());
      if (e.getCause() instanceof UncheckedIOException io) {
        throw io.getCause();
      }
      if (e.getCause() instanceof DatasetException dataset) {
        throw dataset;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      next.set(images.size());
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pool.shutdown();
    }
  }

  private void readSome() {
    byte[] image = new byte[images.imageBytes()];
    for (int i = next.getAndIncrement(); i < images.size(); i = next.getAndIncrement()) {
      try {
        if (!target.has(i, image)) {
          read(i, image);
          target.write(i, image);
          decoded.incrementAndGet();
        }
      } catch (IOException e) {
        next.set(images.size());
        throw new UncheckedIOException(e);
      }
      tell(done.incrementAndGet());
    }
  }

  private void read(int index, byte[] image) {
    while (true) {
      try {
        images.read(index, image);
        return;
      } catch (DatasetAwayException e) {
        if (isDue(nanos.getAsLong(), told, TELL_NANOS)) {
          progress.accept("waiting for a file, " + e.getMessage());
        }
        try {
          Thread.sleep(WAIT_MILLIS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  private void tell(int count) {
    long now = nanos.getAsLong();
    if (!isDue(now, told, TELL_NANOS)) {
      return;
    }
    double secondsEach = (now - begun) * 1e-9 / Math.max(1, decoded.get());
    String text =
        "decoded %d of %d pictures, about %d s left"
            .formatted(count, images.size(), Math.round(secondsEach * (images.size() - count)));
    progress.accept(text);
    if (isDue(now, logged, LOG_NANOS)) {
      LOG.info(text);
    }
  }

  private static boolean isDue(long now, AtomicLong before, long interval) {
    long last = before.get();
    return now - last > interval && before.compareAndSet(last, now);
  }
}
