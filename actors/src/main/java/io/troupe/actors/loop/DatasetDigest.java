package io.troupe.actors.loop;

import io.troupe.data.Dataset;
import io.troupe.metrics.ReferenceCache;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Identifies all pictures of a dataset and their classes by their content, for which they are read
 * once. Thread-safe.
 */
public final class DatasetDigest {
  /** Of pictures; of more, to read them all takes too long. */
  private static final long MOST_BYTES = 4L << 30;

  private final Dataset dataset;
  private Optional<String> known = Optional.empty();

  /** Of a dataset, which is read when somebody asks. */
  public DatasetDigest(Dataset dataset) {
    this.dataset = dataset;
  }

  /** Whether the dataset is small enough. */
  public boolean isCheap() {
    return (long) dataset.size() * dataset.imageBytes() <= MOST_BYTES;
  }

  /** The class of a picture. */
  int label(int index) {
    return dataset.label(index);
  }

  /** The digest. */
  synchronized String value() {
    if (known.isEmpty()) {
      int[] labels = IntStream.range(0, dataset.size()).map(dataset::label).toArray();
      String classes = dataset.classNames() + Arrays.toString(labels);
      known =
          Optional.of(
              ReferenceCache.digest(
                      dataset::read,
                      dataset.size(),
                      dataset.height(),
                      dataset.width(),
                      dataset.channels())
                  + " "
                  + UUID.nameUUIDFromBytes(classes.getBytes(StandardCharsets.UTF_8)));
    }
    return known.get();
  }
}
