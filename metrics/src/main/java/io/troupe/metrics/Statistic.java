package io.troupe.metrics;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Something that metrics need of all images of one side, gathered batch by batch while their
 * features go by. Metrics that need the same statistic share it: {@link Gathered} has the usual
 * ones, and a metric may define one of its own.
 *
 * @param <T> what is known in the end; it does not change any more
 */
public interface Statistic<T> {
  /** What it is made of, for messages: statistics, features, labels or logits. */
  String what();

  /** Whether it is made of logits, which only an extractor with a classifier gives. */
  default boolean readsLogits() {
    return false;
  }

  /** Bytes that gathering it and keeping it takes at most. */
  long bytes(Extent extent);

  /**
   * Begins to gather it.
   *
   * @throws IllegalArgumentException if there are too few images or classes
   */
  Gatherer<T> gather(Extent extent);

  /**
   * How much there is to gather.
   *
   * @param dimension length of a feature vector
   * @param classes length of a row of logits; 0 if there are none
   * @param total how many images there will be
   */
  record Extent(int dimension, int classes, int total) {}

  /**
   * Gathers a statistic; closed even if it is not finished. Not thread-safe.
   *
   * @param <T> as in {@link Statistic}
   */
  interface Gatherer<T> extends AutoCloseable {
    /**
     * A gatherer that owns nothing.
     *
     * @param add takes the next images
     * @param finish gives the statistic
     */
    static <T> Gatherer<T> of(Consumer<FeatureBatch> add, Supplier<T> finish) {
      return new Gatherer<>() {
        @Override
        public void add(FeatureBatch batch) {
          add.accept(batch);
        }

        @Override
        public T finish() {
          return finish.get();
        }
      };
    }

    /** Takes the next images. */
    void add(FeatureBatch batch);

    /** The statistic, when all images were added. */
    T finish();

    /** Frees what it owns outside the heap; by default that is nothing. */
    @Override
    default void close() {}
  }
}
