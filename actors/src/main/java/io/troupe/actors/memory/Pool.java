package io.troupe.actors.memory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A fixed number of equal buffers. That the number is fixed is the back-pressure between actors.
 * Thread-safe.
 *
 * @param <T> the buffer, which the pool owns
 */
public final class Pool<T extends AutoCloseable> implements AutoCloseable {
  private final String name;
  private final int size;
  private final BlockingQueue<T> free;
  private volatile boolean closed;

  /** Makes all buffers. */
  public Pool(String name, int size, Supplier<T> supplier) {
    this.name = name;
    this.size = size;
    free = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      free.add(supplier.get());
    }
  }

  /** A free buffer, or nothing if all are lent. */
  public Optional<Lease<T>> tryLease() {
    return Optional.ofNullable(free.poll()).map(value -> new Lease<>(this, value));
  }

  /**
   * Waits for a free buffer.
   *
   * @throws IllegalStateException if none is given back within the timeout
   */
  public Lease<T> lease(Duration timeout) throws InterruptedException {
    T value = free.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (value == null) {
      throw new IllegalStateException(
          "no %s buffer was given back within %d s".formatted(name, timeout.toSeconds()));
    }
    return new Lease<>(this, value);
  }

  /** What its buffers are. */
  public String name() {
    return name;
  }

  /** How many buffers there are, lent ones included. */
  public int size() {
    return size;
  }

  /** How many buffers are free now. */
  public int available() {
    return free.size();
  }

  void giveBack(T value) {
    free.add(value);
    if (closed) {
      closeFree();
    }
  }

  /** Frees all buffers; one that is still lent is freed when it is given back. */
  @Override
  public void close() {
    closed = true;
    closeFree();
  }

  private void closeFree() {
    for (T value = free.poll(); value != null; value = free.poll()) {
      try {
        value.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot free a " + name + " buffer", e);
      }
    }
  }
}
