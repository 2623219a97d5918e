package io.troupe.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frechet distances within each class: real against generated images of the same label. On
 * Inception features their mean is the intra-FID of Miyato and Koyama, "cGANs with projection
 * discriminator" (2018). Every distance is biased upwards the more, the fewer images its class has,
 * so the mean is far above the distance of all images.
 *
 * @param mean over the classes, each with the same weight
 * @param byClass the distance of each label
 */
public record IntraFrechet(double mean, List<Double> byClass) {
  /** Keeps a copy of the distances. */
  public IntraFrechet {
    byClass = List.copyOf(byClass);
  }

  /**
   * Compares two sets class by class.
   *
   * @param realLabels the label of each real vector, from 0
   * @throws IllegalArgumentException if a class has fewer than 2 vectors in either set
   */
  static IntraFrechet of(
      FeatureRows real, int[] realLabels, FeatureRows fake, int[] fakeLabels, int classes) {
    List<Double> distances = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      distances.add(
          FrechetDistance.between(
              statistics(real, realLabels, label, "real"),
              statistics(fake, fakeLabels, label, "generated")));
    }
    return new IntraFrechet(
        distances.stream().mapToDouble(Double::doubleValue).average().orElseThrow(), distances);
  }

  private static GaussianStatistics statistics(
      FeatureRows rows, int[] labels, int label, String side) {
    long count = Arrays.stream(labels).limit(rows.size()).filter(l -> l == label).count();
    if (count < 2) {
      throw new IllegalArgumentException(
          "Class %d has %d %s pictures; a distance within it needs at least 2 of either side"
              .formatted(label, count, side));
    }
    try (FeatureAccumulator accumulator = new FeatureAccumulator(rows.dimension())) {
      for (int i = 0; i < rows.size(); i++) {
        if (labels[i] == label) {
          accumulator.add(rows.row(i), 1);
        }
      }
      return accumulator.statistics();
    }
  }
}
