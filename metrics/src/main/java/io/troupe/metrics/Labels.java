package io.troupe.metrics;

/** {@link Gathered#LABELS}. */
final class Labels implements Statistic<int[]> {
  @Override
  public String what() {
    return "labels";
  }

  @Override
  public long bytes(Extent extent) {
    return 4L * extent.total();
  }

  @Override
  public Gatherer<int[]> gather(Extent extent) {
    int[] labels = new int[extent.total()];
    return Gatherer.of(
        batch -> System.arraycopy(batch.labels(), 0, labels, batch.first(), batch.count()),
        () -> labels);
  }
}
