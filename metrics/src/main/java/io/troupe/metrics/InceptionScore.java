package io.troupe.metrics;

import java.util.Arrays;

/**
 * The Inception Score of Salimans et al. (2016), exp(E KL(p(y|x) || p(y))), from 1 to the number of
 * classes: ten parts of the images are scored, and their mean and standard deviation (ddof 0)
 * given.
 *
 * <p>A part is a random draw, by {@link LegacyPermutations}: images often come class by class, and
 * consecutive ones would make parts of few classes, which score low. Needs to know the number of
 * images in advance, and then keeps sums only. Not thread-safe.
 */
public final class InceptionScore {
  /** How many parts. */
  public static final int PARTS = 10;

  private final int classes;
  private final byte[] partOf;
  private final double[][] marginals;
  private final double[] negativeEntropies;
  private final int[] sizes;
  private final double[] probabilities;
  private int count;

  /**
   * A score of no images yet.
   *
   * @param classes length of a row of logits, at least 1
   * @param total how many images will be added, at least {@link #PARTS}
   * @throws IllegalArgumentException if there are too few of either
   */
  public InceptionScore(int classes, int total) {
    this(classes, parts(total));
  }

  /** As the other, with the part of each image, from 0. */
  InceptionScore(int classes, byte[] partOf) {
    if (classes < 1) {
      throw new IllegalArgumentException("There must be at least 1 class: " + classes);
    }
    this.classes = classes;
    this.partOf = partOf;
    int parts = 1;
    for (byte part : partOf) {
      parts = Math.max(parts, part + 1);
    }
    marginals = new double[parts][classes];
    negativeEntropies = new double[parts];
    sizes = new int[parts];
    probabilities = new double[classes];
  }

  private static byte[] parts(int total) {
    if (total < PARTS) {
      throw new IllegalArgumentException(
          "Inception Score needs at least %d pictures, one for each part; got %d"
              .formatted(PARTS, total));
    }
    int[] order = new LegacyPermutations().next(total);
    byte[] partOf = new byte[total];
    for (int part = 0; part < PARTS; part++) {
      int end = (int) ((part + 1L) * total / PARTS);
      for (int i = (int) ((long) part * total / PARTS); i < end; i++) {
        partOf[order[i]] = (byte) part;
      }
    }
    return partOf;
  }

  /**
   * Adds some images.
   *
   * @param logits rows of logits one after the other; what follows the first {@code rows} is not
   *     read
   * @throws IllegalArgumentException if the array is too short, a logit is NaN or infinite, or
   *     there are more images than were announced
   */
  public void add(float[] logits, int rows) {
    if (rows < 0 || (long) rows * classes > logits.length || rows > partOf.length - count) {
      throw new IllegalArgumentException(
          "%d rows of %d logits from an array of %d numbers, after %d of %d pictures"
              .formatted(rows, classes, logits.length, count, partOf.length));
    }
    for (int i = 0; i < rows * classes; i++) {
      if (!Float.isFinite(logits[i])) {
        throw new IllegalArgumentException(
            "Logit %d of picture %d is %s; were the pictures finite?"
                .formatted(i % classes, count + i / classes, logits[i]));
      }
    }
    for (int row = 0; row < rows; row++) {
      addRow(logits, row * classes, partOf[count]);
      count++;
    }
  }

  private void addRow(float[] logits, int start, int part) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < classes; i++) {
      most = Math.max(most, logits[start + i]);
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      probabilities[i] = Math.exp(logits[start + i] - most);
      sum += probabilities[i];
    }
    double logSum = Math.log(sum);
    double negativeEntropy = 0;
    for (int i = 0; i < classes; i++) {
      double probability = probabilities[i] / sum;
      marginals[part][i] += probability;
      negativeEntropy += probability * (logits[start + i] - most - logSum);
    }
    negativeEntropies[part] += negativeEntropy;
    sizes[part]++;
  }

  /**
   * The score.
   *
   * @throws IllegalStateException if fewer images were added than were announced
   */
  public Estimate result() {
    if (count < partOf.length) {
      throw new IllegalStateException(
          "%d of %d pictures were added".formatted(count, partOf.length));
    }
    double[] scores = new double[sizes.length];
    Arrays.setAll(scores, this::score);
    return Estimate.of(scores);
  }

  /** {@link Gathered#INCEPTION_SCORE}. */
  static final class OfLogits implements Statistic<Estimate> {
    @Override
    public String what() {
      return "logits";
    }

    @Override
    public boolean readsLogits() {
      return true;
    }

    @Override
    public long bytes(Extent extent) {
      return PARTS * 8L * extent.classes() + extent.total();
    }

    @Override
    public Gatherer<Estimate> gather(Extent extent) {
      InceptionScore score = new InceptionScore(extent.classes(), extent.total());
      return Gatherer.of(batch -> score.add(batch.logits(), batch.count()), score::result);
    }
  }

  /** exp of the mean divergence, which is the marginal's entropy less the mean entropy. */
  private double score(int part) {
    double divergence = negativeEntropies[part] / sizes[part];
    for (double sum : marginals[part]) {
      double probability = sum / sizes[part];
      if (probability > 0) {
        divergence -= probability * Math.log(probability);
      }
    }
    return Math.exp(divergence);
  }
}
