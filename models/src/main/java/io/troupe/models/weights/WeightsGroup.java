package io.troupe.models.weights;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of one network in a file.
 *
 * @param type the class that the file names; empty if it names none
 * @param tensors by name
 * @param attributes numbers, texts and truth values that the file has beside them
 */
public record WeightsGroup(
    String type, Map<String, StoredTensor> tensors, Map<String, Object> attributes) {
  /** Copies both, in their order. */
  public WeightsGroup {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** Number of all elements. */
  public long length() {
    return tensors.values().stream().mapToLong(StoredTensor::length).sum();
  }
}
