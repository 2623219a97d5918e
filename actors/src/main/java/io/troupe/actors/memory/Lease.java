package io.troupe.actors.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a pooled buffer until it is closed. It may be handed on in a message; whoever
 * holds it last closes it. Closing twice is harmless.
 *
 * @param <T> the buffer
 */
public final class Lease<T extends AutoCloseable> implements AutoCloseable {
  private final Pool<T> pool;
  private final T value;
  private final AtomicBoolean closed = new AtomicBoolean();

  Lease(Pool<T> pool, T value) {
    this.pool = pool;
    this.value = value;
  }

  /**
   * The buffer.
   *
   * @throws IllegalStateException if the lease is closed
   */
  public T value() {
    if (closed.get()) {
      throw new IllegalStateException("the lease is closed");
    }
    return value;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      pool.giveBack(value);
    }
  }
}
