package io.troupe.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The parts that settings can choose: those of every {@link Catalogue} on the class path. A
 * module's tests do not have the catalogues of other modules; names of parts that no catalogue has
 * are not checked there.
 */
public final class Parts {
  private static final List<Catalogue> CATALOGUES =
      ServiceLoader.load(Catalogue.class, Catalogue.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();
  private static final List<MetricChoice> METRICS =
      unique(CATALOGUES.stream().flatMap(one -> one.metrics().stream()), MetricChoice::name);
  private static final List<DatasetChoice> DATASETS =
      unique(CATALOGUES.stream().flatMap(one -> one.datasets().stream()), DatasetChoice::name);
  private static final List<NetworkChoice> NETWORKS =
      unique(CATALOGUES.stream().flatMap(one -> one.networks().stream()), NetworkChoice::name);
  private static final List<LossChoice> LOSSES =
      unique(CATALOGUES.stream().flatMap(one -> one.losses().stream()), LossChoice::name);
  private static final List<PenaltyChoice> PENALTIES =
      unique(CATALOGUES.stream().flatMap(one -> one.penalties().stream()), PenaltyChoice::name);
  private static final List<EngineChoice> ENGINES =
      unique(CATALOGUES.stream().flatMap(one -> one.engines().stream()), EngineChoice::name);

  private Parts() {}

  /** The metrics, no two of one name. */
  public static List<MetricChoice> metrics() {
    return METRICS;
  }

  /** The kinds of datasets, no two of one name. */
  public static List<DatasetChoice> datasets() {
    return DATASETS;
  }

  /** The families of networks, no two of one name. */
  public static List<NetworkChoice> networks() {
    return NETWORKS;
  }

  /** The losses, no two of one name. */
  public static List<LossChoice> losses() {
    return LOSSES;
  }

  /** The penalties of the discriminator, no two of one name. */
  public static List<PenaltyChoice> penalties() {
    return PENALTIES;
  }

  /** The engines, no two of one name. */
  public static List<EngineChoice> engines() {
    return ENGINES;
  }

  /** The names of those families of networks that read a key of the section network. */
  static List<String> networksReading(String key) {
    return NETWORKS.stream()
        .filter(family -> family.settings().contains(key))
        .map(NetworkChoice::name)
        .toList();
  }

  /** The names of the kinds of datasets. */
  static List<String> datasetNames() {
    return DATASETS.stream().map(DatasetChoice::name).toList();
  }

  /** The names of those kinds of datasets that read a key of the section dataset. */
  static List<String> datasetsReading(String key) {
    return DATASETS.stream()
        .filter(kind -> kind.settings().contains(key))
        .map(DatasetChoice::name)
        .toList();
  }

  /** The kind of dataset of a name; empty if no dataset is on the class path. */
  static Optional<DatasetChoice> dataset(String name) {
    return DATASETS.stream().filter(kind -> kind.name().equals(name)).findFirst();
  }

  /**
   * Parts with their names checked.
   *
   * @throws IllegalStateException if a name is not in kebab-case, or two parts have the same
   */
  public static <T> List<T> unique(Stream<? extends T> parts, Function<? super T, String> nameOf) {
    Map<String, T> byName = new LinkedHashMap<>();
    parts.forEach(
        part -> {
          String name = nameOf.apply(part);
          if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalStateException(
                "%s is called \"%s\"; allowed: lower-case letters and digits with single hyphens"
                    .formatted(part.getClass().getName(), name));
          }
          T other = byName.putIfAbsent(name, part);
          if (other != null) {
            throw new IllegalStateException(
                "%s and %s are both called %s; rename one"
                    .formatted(other.getClass().getName(), part.getClass().getName(), name));
          }
        });
    return List.copyOf(byName.values());
  }
}
