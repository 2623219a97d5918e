package io.troupe.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Stands in for the catalogues of the modules above, which define what settings may name. */
public final class TestCatalogue implements Catalogue {
  private record Metric(String name, List<String> rankings) implements MetricChoice {
    private static Metric of(String name) {
      return new Metric(name, List.of(name));
    }
  }

  private record Kind(String name, Set<String> settings, Optional<String> requiredPath)
      implements DatasetChoice {
    private static Kind of(String name, String... settings) {
      return new Kind(name, Set.of(settings), Optional.empty());
    }
  }

  private record Family(String name, Set<String> settings, boolean hasStyles)
      implements NetworkChoice {}

  private record Loss(String name) implements LossChoice {}

  @Override
  public List<NetworkChoice> networks() {
    Set<String> batchNorm =
        Set.of("initial-deviation", "batch-norm-epsilon", "batch-norm-momentum");
    Set<String> biggan = new HashSet<>(batchNorm);
    biggan.addAll(Set.of("spectral-norm-epsilon", "biggan"));
    return List.of(
        new Family("biggan", biggan, false),
        new Family("dcgan", batchNorm, false),
        new Family("stylegan2", Set.of("stylegan2"), true),
        new Family("r3gan", Set.of(), false));
  }

  @Override
  public List<LossChoice> losses() {
    return List.of(new Loss("hinge"), new Loss("logistic"), new Loss("rpgan"));
  }

  @Override
  public List<MetricChoice> metrics() {
    return List.of(
        Metric.of("fid"),
        Metric.of("is"),
        Metric.of("kid"),
        Metric.of("intra-fid"),
        new Metric("prdc", List.of("precision", "recall", "density", "coverage")));
  }

  @Override
  public List<DatasetChoice> datasets() {
    return List.of(
        Kind.of("shapes", "split", "images"),
        Kind.of("cifar10", "path", "split"),
        Kind.of("cifar100", "path", "split", "labels"),
        new Kind(
            "image-folder",
            Set.of(
                "path",
                "size",
                "fit",
                "filter",
                "cache",
                "cache-mb",
                "class-order",
                "nested",
                "upright",
                "patience"),
            Optional.of("the folder")),
        new Kind("npz", Set.of("path", "float-range"), Optional.of("the file")));
  }
}
