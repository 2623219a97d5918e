package io.troupe.models.compile;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which values are bfloat16 in memory in mixed precision: results of convolutions and of stacked
 * products, and what passes, poolings and copies make of such. Values with an odd last axis stay
 * float32, and so do outputs (docs/decisions/028).
 */
final class NarrowValues {
  private final Set<Value> wanted;
  private final Set<Value> narrow = Collections.newSetFromMap(new IdentityHashMap<>());

  private NarrowValues(List<Value> wanted) {
    this.wanted = Set.copyOf(wanted);
  }

  /**
   * Finds them.
   *
   * @param operations in order, not fused yet
   * @param wanted the outputs
   */
  static Set<Value> of(List<Operation> operations, List<Value> wanted) {
    NarrowValues found = new NarrowValues(wanted);
    for (Operation operation : operations) {
      List<Value> results = results(operation);
      if (results.stream().allMatch(found::canBeNarrow) && found.givesNarrow(operation)) {
        found.narrow.addAll(results);
      }
    }
    return found.narrow;
  }

  /** Scratch memory is no result. */
  private static List<Value> results(Operation operation) {
    return operation.computation() instanceof ConvolutionFunction
            || operation.computation() instanceof ProductFunction
        ? operation.outputs().subList(0, 1)
        : operation.outputs();
  }

  private boolean canBeNarrow(Value value) {
    INDArray array = value.array();
    return !wanted.contains(value)
        && array.rank() > 1
        && array.size(-1) % 2 == 0
        && Geometry.isPlain(array);
  }

  private boolean givesNarrow(Operation operation) {
    if (operation.computation() instanceof ConvolutionFunction convolution) {
      return convolution.givesPictures();
    }
    if (operation.computation() instanceof ProductFunction) {
      return MatrixSizes.isProduct(operation);
    }
    if (StorageChoice.isView(operation)) {
      return narrow.contains(operation.inputs().get(0));
    }
    if (PictureFunction.of(operation).isPresent()) {
      return narrow.containsAll(PictureFunction.read(operation));
    }
    return FusedMember.of(operation, narrow)
        .filter(member -> member.readsInFull(narrow))
        .isPresent();
  }

  /** Whether an operation only gives a bfloat16 value another shape. */
  static boolean isNarrowView(Operation operation, Set<Value> narrow) {
    return StorageChoice.isView(operation)
        && narrow.contains(operation.inputs().get(0))
        && narrow.contains(operation.outputs().get(0));
  }
}
