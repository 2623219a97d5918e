package io.troupe.metrics;

/** The statistics that metrics share. */
public final class Gathered {
  /** Mean and covariance of all features. */
  public static final Statistic<GaussianStatistics> MOMENTS = new Moments();

  /** A random draw of at most {@link FeatureCollector#MOST_ROWS} vectors, for metrics of pairs. */
  public static final Statistic<FeatureRows> DRAWN_VECTORS = new Vectors(false);

  /** All vectors. */
  public static final Statistic<FeatureRows> ALL_VECTORS = new Vectors(true);

  /** The class of each image. */
  public static final Statistic<int[]> LABELS = new Labels();

  /** The Inception score. */
  public static final Statistic<Estimate> INCEPTION_SCORE = new InceptionScore.OfLogits();

  private Gathered() {}
}
