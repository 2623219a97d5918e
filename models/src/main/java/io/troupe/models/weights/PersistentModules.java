package io.troupe.models.weights;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Modules that StyleGAN2-ADA's program pickles: each with the text of the program that made it,
 * which is not read here, and its state, in which the tensors are.
 */
final class PersistentModules {
  /** What such a pickle calls for each module. */
  static final String CALL = "torch_utils.persistence._reconstruct_persistent_obj";

  private static final int MOST_DEPTH = 32;
  private static final int MOST_TENSORS = 10_000;

  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, Object> attributes = new LinkedHashMap<>();
  private int visited;

  private PersistentModules() {}

  /** Whether something is such a module. */
  static boolean isModule(Object value) {
    return state(value) != null;
  }

  /** The tensors of a module and of those in it by their names, and their other attributes. */
  static WeightsGroup read(Object module) throws IOException {
    PersistentModules all = new PersistentModules();
    all.walk("", module, 0);
    String type = meta(module).get("class_name") instanceof String name ? name : "";
    return new WeightsGroup(type, all.tensors, all.attributes);
  }

  private static Map<?, ?> meta(Object value) {
    return value instanceof Inert inert
            && inert.called().equals(CALL)
            && inert.arguments().size() == 1
            && inert.arguments().get(0) instanceof Map<?, ?> meta
        ? meta
        : null;
  }

  private static Map<?, ?> state(Object value) {
    Map<?, ?> meta = meta(value);
    return meta != null && meta.get("state") instanceof Map<?, ?> state ? state : null;
  }

  private void walk(String prefix, Object module, int depth) throws IOException {
    Map<?, ?> state = state(module);
    if (state == null) {
      return;
    }
    visited++;
    if (depth > MOST_DEPTH || visited > MOST_TENSORS || tensors.size() > MOST_TENSORS) {
      throw new IOException("it has more modules in modules than any network");
    }
    add(prefix, state.get("_parameters"));
    add(prefix, state.get("_buffers"));
    state.forEach(
        (key, value) -> {
          if (value instanceof Number || value instanceof String || value instanceof Boolean) {
            attributes.put(prefix + key, value);
          }
        });
    if (state.get("_modules") instanceof Map<?, ?> modules) {
      for (Map.Entry<?, ?> child : modules.entrySet()) {
        walk(prefix + child.getKey() + ".", child.getValue(), depth + 1);
      }
    }
  }

  private void add(String prefix, Object values) {
    if (values instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            if (value instanceof StoredTensor tensor) {
              tensors.put(prefix + name, tensor);
            }
          });
    }
  }
}
