package io.troupe.models.published;

import io.troupe.models.weights.WeightsGroup;
import java.util.List;
import java.util.function.IntFunction;

/** Sizes of a group's tensors. */
record Shapes(WeightsGroup group) {
  boolean has(String name) {
    return group.tensors().containsKey(name);
  }

  /** A size of a tensor; 0 if there is no such tensor or dimension. */
  int size(String name, int dimension) {
    if (!has(name)) {
      return 0;
    }
    List<Long> shape = group.tensors().get(name).shape();
    return dimension < shape.size() ? (int) Math.min(shape.get(dimension), Integer.MAX_VALUE) : 0;
  }

  /** Number of dimensions; -1 without such a tensor. */
  int dimensions(String name) {
    return has(name) ? group.tensors().get(name).shape().size() : -1;
  }

  /** How many of the names of 0, 1, 2 and so on there are before the first that is not. */
  int count(IntFunction<String> name) {
    int count = 0;
    while (has(name.apply(count))) {
      count++;
    }
    return count;
  }
}
