package io.troupe.metrics;

import java.util.EnumSet;
import java.util.Set;

/** What can be said of generated pictures, most of it against real ones. */
public enum Metric {
  /** Frechet distance of all features: {@link FrechetDistance}. */
  FID(2),
  /** {@link InceptionScore}; of generated pictures alone. */
  IS(InceptionScore.PARTS),
  /** {@link KernelDistance}. */
  KID(2),
  /** Precision, recall, density and coverage: {@link Prdc}. */
  PRDC(Prdc.NEIGHBOUR + 1),
  /** Frechet distance within each class: {@link IntraFrechet}. */
  INTRA_FID(2);

  private final int fewest;

  Metric(int fewest) {
    this.fewest = fewest;
  }

  /** How many pictures it needs at least; {@link #INTRA_FID} of each class. */
  public int fewest() {
    return fewest;
  }

  /** Those of some metrics that compare with real pictures. */
  public static Set<Metric> comparing(Set<Metric> metrics) {
    EnumSet<Metric> comparing = EnumSet.complementOf(EnumSet.of(IS));
    comparing.retainAll(metrics);
    return comparing;
  }
}
