package io.troupe.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How scores were made: two scores compare only if these agree. What is not known is empty.
 *
 * @param extractor its name
 * @param weights SHA-256 of the extractor's weights
 * @param resize how pictures were brought to the extractor's size
 * @param realImages how many real pictures; 0 if it is not known
 * @param split which part of the real dataset
 * @param fakeImages how many generated pictures
 * @param ema whether the generator was a moving average
 * @param truncation of the latent vectors
 * @param batchNorm which statistics the generator's batch norm used
 */
public record Protocol(
    String extractor,
    Optional<String> weights,
    String resize,
    int realImages,
    Optional<String> split,
    int fakeImages,
    Optional<Boolean> ema,
    OptionalDouble truncation,
    Optional<String> batchNorm) {

  /** The protocol of some metrics, for JSON; what is not known is null. */
  public Map<String, Object> toMap(Set<Metric> metrics) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("extractor", extractor);
    map.put("weights_sha256", weights.orElse(null));
    map.put("resize", resize);
    map.put("real_images", realImages == 0 ? null : realImages);
    map.put("split", split.orElse(null));
    map.put("fake_images", fakeImages);
    map.put("ema", ema.orElse(null));
    map.put("truncation", truncation.isPresent() ? truncation.getAsDouble() : null);
    map.put("batch_norm", batchNorm.orElse(null));
    if (metrics.contains(Metric.FID) || metrics.contains(Metric.INTRA_FID)) {
      map.put("covariance_ddof", 1);
    }
    if (metrics.contains(Metric.IS)) {
      map.put("is_splits", InceptionScore.PARTS);
      map.put("is_order", LegacyPermutations.NAME);
      map.put("is_std_ddof", 0);
    }
    int realRows = Math.min(realImages, FeatureCollector.MOST_ROWS);
    int fakeRows = Math.min(fakeImages, FeatureCollector.MOST_ROWS);
    if (metrics.contains(Metric.KID) || metrics.contains(Metric.PRDC)) {
      map.put("pair_real_images", realRows);
      map.put("pair_fake_images", fakeRows);
    }
    if (metrics.contains(Metric.KID)) {
      map.put("kid_kernel", "(x.y/d + 1)^3");
      map.put("kid_subsets", KernelDistance.SUBSETS);
      map.put("kid_subset_size", KernelDistance.subsetSize(realRows, fakeRows));
      map.put("kid_order", LegacyPermutations.NAME);
    }
    if (metrics.contains(Metric.PRDC)) {
      map.put("prdc_neighbour", Prdc.NEIGHBOUR);
    }
    return map;
  }
}
