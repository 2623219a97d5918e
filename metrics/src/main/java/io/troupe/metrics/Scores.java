package io.troupe.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The results of the chosen metrics; those of others are empty.
 *
 * @param kid over subsets
 * @param exactKid of all vectors
 */
public record Scores(
    OptionalDouble fid,
    Optional<Estimate> inceptionScore,
    Optional<Estimate> kid,
    OptionalDouble exactKid,
    Optional<Prdc> prdc,
    Optional<IntraFrechet> intraFid) {
  /** The extractor whose scores bear the names that are known from papers. */
  public static final String INCEPTION = "inception";

  /**
   * Computes metrics.
   *
   * @param classes number of labels, for {@link Metric#INTRA_FID}
   * @param real what was collected for the same metrics, as {@code fake}; not used by {@link
   *     Metric#IS}
   * @throws IllegalArgumentException if there are too few pictures for a metric, or what it needs
   *     was not collected
   */
  public static Scores of(Set<Metric> metrics, int classes, FeatureSet real, FeatureSet fake) {
    return new Scores(
        metrics.contains(Metric.FID)
            ? OptionalDouble.of(
                FrechetDistance.between(real.requireStatistics(), fake.requireStatistics()))
            : OptionalDouble.empty(),
        metrics.contains(Metric.IS) ? Optional.of(fake.inceptionScore()) : Optional.empty(),
        metrics.contains(Metric.KID)
            ? Optional.of(KernelDistance.ofSubsets(real.drawnRows(), fake.drawnRows()))
            : Optional.empty(),
        metrics.contains(Metric.KID)
            ? OptionalDouble.of(KernelDistance.exact(real.drawnRows(), fake.drawnRows()))
            : OptionalDouble.empty(),
        metrics.contains(Metric.PRDC)
            ? Optional.of(Prdc.of(real.drawnRows(), fake.drawnRows(), Prdc.NEIGHBOUR))
            : Optional.empty(),
        metrics.contains(Metric.INTRA_FID)
            ? Optional.of(
                IntraFrechet.of(real.rows(), real.labels(), fake.rows(), fake.labels(), classes))
            : Optional.empty());
  }

  /** Bytes that computing takes at most, besides what is collected. */
  public static long workBytes(Set<Metric> metrics, int dimension) {
    long matrix = 8L * dimension * dimension;
    long bytes = 0;
    if (metrics.contains(Metric.KID) || metrics.contains(Metric.PRDC)) {
      bytes = PairwiseProducts.bytes(dimension);
    }
    if (metrics.contains(Metric.FID)) {
      // A factor, two products, and LAPACK's copy of two of them.
      bytes = Math.max(bytes, 5 * matrix);
    }
    if (metrics.contains(Metric.INTRA_FID)) {
      // The statistics of a class on either side too, and an accumulator's copy.
      bytes = Math.max(bytes, 8 * matrix + FeatureAccumulator.bytes(dimension));
    }
    return bytes;
  }

  /**
   * The results by the names that logs, tables and JSON give them. Only Inception's have the names
   * known from papers: with another extractor X they are {@code fd_X}, {@code is_X}, {@code kd_X}
   * and {@code intra_fd_X}. Those of {@link Prdc} have no other name.
   */
  public Map<String, Double> named(String extractor) {
    boolean known = extractor.equals(INCEPTION);
    Map<String, Double> named = new LinkedHashMap<>();
    fid.ifPresent(value -> named.put(known ? "fid" : "fd_" + extractor, value));
    kid.ifPresent(value -> put(named, known ? "kid" : "kd_" + extractor, value));
    exactKid.ifPresent(
        value -> named.put(known ? "kid_exact" : "kd_" + extractor + "_exact", value));
    inceptionScore.ifPresent(value -> put(named, known ? "is" : "is_" + extractor, value));
    prdc.ifPresent(
        value -> {
          named.put("precision", value.precision());
          named.put("recall", value.recall());
          named.put("density", value.density());
          named.put("coverage", value.coverage());
        });
    intraFid.ifPresent(
        value -> named.put(known ? "intra_fid" : "intra_fd_" + extractor, value.mean()));
    return named;
  }

  private static void put(Map<String, Double> named, String name, Estimate value) {
    named.put(name, value.mean());
    named.put(name + "_std", value.deviation());
  }
}
