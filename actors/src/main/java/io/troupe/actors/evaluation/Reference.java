package io.troupe.actors.evaluation;

import io.troupe.config.RunSettings;
import io.troupe.data.Dataset;
import io.troupe.metrics.ReferenceCache;
import io.troupe.metrics.extractors.Extractors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * What generated pictures are compared with, and how they are looked at. Owns the extractor and
 * what is known of real pictures.
 */
public record Reference(Dataset dataset, Extractors.Chosen chosen, RealFeatures real)
    implements AutoCloseable {

  /**
   * That of a run.
   *
   * @throws IllegalArgumentException if the extractor cannot take the dataset's pictures
   * @throws io.troupe.metrics.WeightsException if its weights are missing or no good
   */
  public static Reference open(RunSettings settings, Dataset dataset) {
    RunSettings.Evaluation evaluation = settings.evaluation();
    return new Reference(
        dataset,
        Extractors.open(
            evaluation.extractor(),
            evaluation.weights(),
            evaluation.featureNetwork(),
            dataset.height(),
            dataset.width()),
        new RealFeatures(settings, dataset, Optional.of(ReferenceCache.ofUser())));
  }

  /**
   * What scores depend on beside the settings and the generator: the real pictures with their
   * classes, and the extractor. Reads the pictures the first time.
   */
  String identity() {
    String classes = dataset.classNames() + Arrays.toString(real.labels());
    return String.join(
        " ",
        real.digest(),
        UUID.nameUUIDFromBytes(classes.getBytes(StandardCharsets.UTF_8)).toString(),
        chosen.extractor().name(),
        chosen.identity(),
        chosen.resize());
  }

  @Override
  public void close() {
    real.close();
    chosen.close();
  }
}
