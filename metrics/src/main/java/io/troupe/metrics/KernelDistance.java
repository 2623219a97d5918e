package io.troupe.metrics;

import java.util.Arrays;

/**
 * The kernel distance of Binkowski et al., "Demystifying MMD GANs" (2018): the squared maximum mean
 * discrepancy with the kernel (x.y / d + 1)^3 of d-dimensional vectors, estimated without bias, so
 * that it may be negative. On Inception features it is the KID. In float64.
 */
final class KernelDistance {
  /** How many subsets are drawn. */
  static final int SUBSETS = 100;

  /** How many vectors of either side a subset has, if there are as many. */
  static final int SUBSET_SIZE = 1000;

  private KernelDistance() {}

  /**
   * The estimate from all vectors.
   *
   * @throws IllegalArgumentException if either set has fewer than 2 vectors
   */
  static double exact(FeatureRows real, FeatureRows fake) {
    requireTwo(real, fake);
    try (PairwiseProducts products = new PairwiseProducts(real.dimension())) {
      return estimate(real, fake, products);
    }
  }

  /**
   * Mean and standard deviation of the estimates from {@link #SUBSETS} subsets of {@link
   * #SUBSET_SIZE} vectors of either side, or of as many as the smaller side has, drawn by {@link
   * LegacyPermutations}, the generated ones first.
   *
   * @throws IllegalArgumentException if either set has fewer than 2 vectors
   */
  static Estimate ofSubsets(FeatureRows real, FeatureRows fake) {
    return ofSubsets(real, fake, subsetSize(real.size(), fake.size()));
  }

  /** As the other, with subsets of {@code size} vectors. */
  static Estimate ofSubsets(FeatureRows real, FeatureRows fake, int size) {
    requireTwo(real, fake);
    double[] estimates = new double[SUBSETS];
    LegacyPermutations order = new LegacyPermutations();
    try (PairwiseProducts products = new PairwiseProducts(real.dimension())) {
      for (int i = 0; i < SUBSETS; i++) {
        int[] fakes = Arrays.copyOf(order.next(fake.size()), size);
        int[] reals = Arrays.copyOf(order.next(real.size()), size);
        estimates[i] = estimate(real.select(reals), fake.select(fakes), products);
      }
    }
    return Estimate.of(estimates);
  }

  /** How many vectors of either side a subset has. */
  static int subsetSize(int real, int fake) {
    return Math.min(SUBSET_SIZE, Math.min(real, fake));
  }

  private static void requireTwo(FeatureRows real, FeatureRows fake) {
    if (Math.min(real.size(), fake.size()) < 2) {
      throw new IllegalArgumentException(
          "A kernel distance needs at least 2 vectors of either side, got %d and %d"
              .formatted(real.size(), fake.size()));
    }
  }

  private static double estimate(FeatureRows real, FeatureRows fake, PairwiseProducts products) {
    KernelSum between = new KernelSum(real.dimension());
    products.between(real, fake, between);
    return meanWithin(real, products)
        + meanWithin(fake, products)
        - 2 * between.sum / ((double) real.size() * fake.size());
  }

  private static double meanWithin(FeatureRows set, PairwiseProducts products) {
    KernelSum sum = new KernelSum(set.dimension());
    products.within(set, sum);
    return 2 * sum.sum / ((double) set.size() * (set.size() - 1));
  }

  private static final class KernelSum implements PairwiseProducts.Visitor {
    private final double scale;
    private double sum;

    KernelSum(int dimension) {
      scale = 1.0 / dimension;
    }

    @Override
    public void visit(int i, int j, double[] products, int start, int count) {
      double rowSum = 0;
      for (int k = start; k < start + count; k++) {
        double root = products[k] * scale + 1;
        rowSum += root * root * root;
      }
      sum += rowSum;
    }
  }
}
