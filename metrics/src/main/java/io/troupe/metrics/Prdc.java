package io.troupe.metrics;

import java.util.Arrays;

/**
 * Precision and recall (Kynkaanniemi et al., 2019), density and coverage (Naeem et al., 2020), all
 * from balls around the feature vectors of one side that reach to the k-th nearest vector of the
 * same side. A vector is in a ball if it is strictly nearer than the radius.
 *
 * <p>Distances are |a|^2 + |b|^2 - 2 a.b in float64. That difference cancels for near vectors:
 * where it is below 1e-10 of the norms, the sum of squared differences is taken instead, which is
 * zero for equal vectors and keeps the relative error of every squared distance below 1e-4.
 *
 * @param precision share of generated vectors in a ball of a real one, from 0 to 1
 * @param recall share of real vectors in a ball of a generated one, from 0 to 1
 * @param density mean number of real balls that a generated vector is in, divided by k; from 0, and
 *     may exceed 1
 * @param coverage share of real balls with a generated vector in them, from 0 to 1
 */
public record Prdc(double precision, double recall, double density, double coverage) {
  /** The neighbour that a ball reaches to. */
  static final int NEIGHBOUR = 5;

  private static final double CANCELLED = 1e-10;

  /**
   * Compares two sets.
   *
   * @param k which neighbour a ball reaches to, at least 1
   * @throws IllegalArgumentException if a set has no more than k vectors
   */
  static Prdc of(FeatureRows real, FeatureRows fake, int k) {
    if (Math.min(real.size(), fake.size()) <= k) {
      throw new IllegalArgumentException(
          "Neighbour %d needs at least %d vectors of either side, got %d and %d"
              .formatted(k, k + 1, real.size(), fake.size()));
    }
    try (PairwiseProducts products = new PairwiseProducts(real.dimension())) {
      double[] realRadii = squaredRadii(real, k, products);
      double[] fakeRadii = squaredRadii(fake, k, products);
      Membership members = new Membership(real, fake, realRadii, fakeRadii);
      products.between(real, fake, members);
      return members.scores(k);
    }
  }

  /** The squared distances of all vectors to their k-th nearest others. */
  private static double[] squaredRadii(FeatureRows set, int k, PairwiseProducts products) {
    double[] norms = squaredNorms(set);
    double[] nearest = new double[set.size() * k];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    products.within(
        set,
        (i, j, inner, start, count) -> {
          for (int c = 0; c < count; c++) {
            double distance =
                squaredDistance(set, i, norms[i], set, j + c, norms[j + c], inner[start + c]);
            insert(nearest, i * k, k, distance);
            insert(nearest, (j + c) * k, k, distance);
          }
        });
    double[] radii = new double[set.size()];
    Arrays.setAll(radii, i -> nearest[i * k + k - 1]);
    return radii;
  }

  /** Puts a distance in its place among the k smallest, which are in order. */
  private static void insert(double[] nearest, int start, int k, double distance) {
    int at = start + k - 1;
    if (distance >= nearest[at]) {
      return;
    }
    for (; at > start && nearest[at - 1] > distance; at--) {
      nearest[at] = nearest[at - 1];
    }
    nearest[at] = distance;
  }

  private static double[] squaredNorms(FeatureRows set) {
    double[] norms = new double[set.size()];
    for (int i = 0; i < norms.length; i++) {
      for (float value : set.row(i)) {
        norms[i] += (double) value * value;
      }
    }
    return norms;
  }

  private static double squaredDistance(
      FeatureRows first,
      int i,
      double firstNorm,
      FeatureRows second,
      int j,
      double secondNorm,
      double inner) {
    double norms = firstNorm + secondNorm;
    double distance = norms - 2 * inner;
    return distance >= CANCELLED * norms ? distance : differences(first.row(i), second.row(j));
  }

  /** In four sums, so that additions need not wait for each other. */
  private static double differences(float[] a, float[] b) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int k = 0;
    for (; k + 3 < a.length; k += 4) {
      sum0 += square((double) a[k] - b[k]);
      sum1 += square((double) a[k + 1] - b[k + 1]);
      sum2 += square((double) a[k + 2] - b[k + 2]);
      sum3 += square((double) a[k + 3] - b[k + 3]);
    }
    for (; k < a.length; k++) {
      sum0 += square((double) a[k] - b[k]);
    }
    return sum0 + sum1 + sum2 + sum3;
  }

  private static double square(double value) {
    return value * value;
  }

  /** Counts which vectors are in which balls. */
  private static final class Membership implements PairwiseProducts.Visitor {
    private final FeatureRows real;
    private final FeatureRows fake;
    private final double[] realNorms;
    private final double[] fakeNorms;
    private final double[] realRadii;
    private final double[] fakeRadii;
    private final int[] realBallsAround;
    private final boolean[] inFakeBall;
    private final boolean[] covered;

    Membership(FeatureRows real, FeatureRows fake, double[] realRadii, double[] fakeRadii) {
      this.real = real;
      this.fake = fake;
      this.realRadii = realRadii;
      this.fakeRadii = fakeRadii;
      realNorms = squaredNorms(real);
      fakeNorms = squaredNorms(fake);
      realBallsAround = new int[fake.size()];
      inFakeBall = new boolean[real.size()];
      covered = new boolean[real.size()];
    }

    @Override
    public void visit(int i, int j, double[] inner, int start, int count) {
      for (int c = 0; c < count; c++) {
        int other = j + c;
        double distance =
            squaredDistance(real, i, realNorms[i], fake, other, fakeNorms[other], inner[start + c]);
        if (distance < realRadii[i]) {
          realBallsAround[other]++;
          covered[i] = true;
        }
        if (distance < fakeRadii[other]) {
          inFakeBall[i] = true;
        }
      }
    }

    Prdc scores(int k) {
      long memberships = 0;
      int precise = 0;
      for (int balls : realBallsAround) {
        memberships += balls;
        precise += balls > 0 ? 1 : 0;
      }
      return new Prdc(
          (double) precise / fake.size(),
          share(inFakeBall),
          (double) memberships / k / fake.size(),
          share(covered));
    }

    private static double share(boolean... flags) {
      int count = 0;
      for (boolean flag : flags) {
        count += flag ? 1 : 0;
      }
      return (double) count / flags.length;
    }
  }
}
