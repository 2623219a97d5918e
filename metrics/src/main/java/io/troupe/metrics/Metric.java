package io.troupe.metrics;

import java.util.EnumSet;
import java.util.Set;

/** What can be said of generated pictures, most of it against real ones. */
public enum Metric {
  /** Frechet distance of all features: {@link FrechetDistance}. */
  FID,
  /** {@link InceptionScore}; of generated pictures alone. */
  IS,
  /** {@link KernelDistance}. */
  KID,
  /** Precision, recall, density and coverage: {@link Prdc}. */
  PRDC,
  /** Frechet distance within each class: {@link IntraFrechet}. */
  INTRA_FID;

  /** Those of some metrics that compare with real pictures. */
  public static Set<Metric> comparing(Set<Metric> metrics) {
    EnumSet<Metric> comparing = EnumSet.complementOf(EnumSet.of(IS));
    comparing.retainAll(metrics);
    return comparing;
  }
}
