package io.troupe.actors.cli;

import io.troupe.actors.evaluation.ImageFeatures;
import io.troupe.data.Dataset;
import io.troupe.metrics.FeatureBatch;
import io.troupe.metrics.FeatureExtractor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Computes the features of pictures batch by batch, and tells from time to time how far it is. */
final class FeatureStream {
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PrintWriter screen;
  private final int batch;

  FeatureStream(PrintWriter screen, int batch) {
    this.screen = screen;
    this.batch = batch;
  }

  /** Takes a batch. */
  interface Consumer {
    /**
     * Takes a batch.
     *
     * @param logits empty if the extractor gives none
     * @param count how many rows are valid
     */
    void accept(float[] features, float[] logits, int[] labels, int count) throws IOException;
  }

  /**
   * Runs pictures that are spread evenly over a dataset through an extractor.
   *
   * @param name of the pictures, for the screen
   */
  void run(String name, Dataset pictures, int count, FeatureExtractor extractor, Consumer consumer)
      throws IOException {
    long start = System.nanoTime();
    long nextLine = start + LINE_NANOS;
    for (int first = 0; first < count; first += batch) {
      int some = Math.min(batch, count - first);
      FeatureBatch found =
          ImageFeatures.of(
              pictures,
              extractor,
              first,
              IntStream.range(first, first + some)
                  .map(i -> ImageFeatures.spread(i, count, pictures))
                  .toArray());
      consumer.accept(found.features(), found.logits(), found.labels(), found.count());
      if (System.nanoTime() - nextLine >= 0 && first + some < count) {
        nextLine = System.nanoTime() + LINE_NANOS;
        tell(name, first + some, count, System.nanoTime() - start);
      }
    }
    tell(name, count, count, System.nanoTime() - start);
  }

  private void tell(String name, int done, int count, long nanos) {
    screen.println(
        String.format(
            Locale.ROOT,
            "%s: %d of %d pictures, %.1f pictures/s",
            name,
            done,
            count,
            done / (nanos * 1e-9)));
    screen.flush();
  }
}
