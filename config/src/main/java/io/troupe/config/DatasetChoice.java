package io.troupe.config;

import java.util.Optional;
import java.util.Set;

/** What settings know of a kind of dataset. */
public interface DatasetChoice {
  /** Its name in {@code dataset.kind}, in kebab-case, e.g. {@code image-folder}. */
  String name();

  /**
   * The keys of the section {@code dataset} that it reads besides {@code kind}, e.g. {@code path}
   * and {@code split}. A change of any other one is refused.
   */
  Set<String> settings();

  /**
   * What {@code dataset.path} has to name, e.g. "the folder"; empty if the dataset can do without a
   * path.
   */
  default Optional<String> requiredPath() {
    return Optional.empty();
  }
}
