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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all images of a dataset once, with all processors, and says now and then how far it is. */
final class Decoding {
  private static final Logger LOG = LoggerFactory.getLogger(Decoding.class);
  private static final long TELL_NANOS = 10_000_000_000L;
  private static final long WAIT_MILLIS = 500;

  /** Takes an image; from any thread. */
  interface Target {
    void write(int index, byte[] image) throws IOException;
  }

  private final Dataset images;
  private final Target target;
  private final String title;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final long begun = System.nanoTime();
  private final AtomicLong told = new AtomicLong(begun);

  Decoding(Dataset images, Target target, String title) {
    this.images = images;
    this.target = target;
    this.title = title;
  }

  /**
   * Reads them all.
   *
   * @throws IOException what the target throws
   * @throws DatasetException if an image cannot be had
   */
  void run() throws IOException {
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
    byte[] image = new byte[3 * images.height() * images.width()];
    for (int i = next.getAndIncrement(); i < images.size(); i = next.getAndIncrement()) {
      read(i, image);
      try {
        target.write(i, image);
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
    long now = System.nanoTime();
    long last = told.get();
    if (now - last > TELL_NANOS && told.compareAndSet(last, now)) {
      double seconds = (now - begun) * 1e-9;
      LOG.info(
          "{}: decoded {} of {} pictures, about {} s left",
          title,
          count,
          images.size(),
          Math.round(seconds / count * (images.size() - count)));
    }
  }
}
