package io.troupe.metrics;

/** {@link Gathered#MOMENTS}. */
final class Moments implements Statistic<GaussianStatistics> {
  @Override
  public String what() {
    return "statistics";
  }

  @Override
  public long bytes(Extent extent) {
    return FeatureAccumulator.bytes(extent.dimension())
        + 8L * extent.dimension() * extent.dimension();
  }

  @Override
  public Gatherer<GaussianStatistics> gather(Extent extent) {
    FeatureAccumulator moments = new FeatureAccumulator(extent.dimension());
    return new Gatherer<>() {
      @Override
      public void add(FeatureBatch batch) {
        moments.add(batch.features(), batch.count());
      }

      @Override
      public GaussianStatistics finish() {
        return moments.statistics();
      }

      @Override
      public void close() {
        moments.close();
      }
    };
  }
}
