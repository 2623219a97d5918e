package io.troupe.metrics;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How scores were computed: two scores can only be compared if these agree. Unknown values are
 * empty.
 *
 * @param extractor its name
 * @param weights SHA-256 of the extractor's weights
 * @param network which network the extractor is and what of it the features are, if its name does
 *     not say
 * @param resize how images were brought to the extractor's size
 * @param grey whether the images, or those of one side, were grey and repeated three times for the
 *     extractor
 * @param realImages how many real images; 0 if it is not known
 * @param split which part of the real dataset
 * @param fakeImages how many generated images
 * @param ema whether the generator was a moving average
 * @param truncation of the latent vectors
 * @param batchNorm which statistics the generator's batch norm used
 */
public record Protocol(
    String extractor,
    Optional<String> weights,
    Optional<String> network,
    String resize,
    boolean grey,
    int realImages,
    Optional<String> split,
    int fakeImages,
    Optional<Boolean> ema,
    OptionalDouble truncation,
    Optional<String> batchNorm) {

  /** The protocol of some metrics, for JSON; what is not known is null. */
  public Map<String, Object> toMap(Collection<Metric> metrics) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("extractor", extractor);
    map.put("weights_sha256", weights.orElse(null));
    network.ifPresent(which -> map.put("network", which));
    map.put("resize", resize);
    if (grey) {
      map.put("grey", "repeated three times");
    }
    map.put("real_images", realImages == 0 ? null : realImages);
    map.put("split", split.orElse(null));
    map.put("fake_images", fakeImages);
    map.put("ema", ema.orElse(null));
    map.put("truncation", truncation.isPresent() ? truncation.getAsDouble() : null);
    map.put("batch_norm", batchNorm.orElse(null));
    metrics.forEach(metric -> map.putAll(metric.protocol(realImages, fakeImages)));
    return map;
  }
}
