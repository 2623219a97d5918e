package io.troupe.models.compile;

import io.troupe.models.memory.HostArray;
import java.util.EnumSet;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** Sums and means over axes. */
final class Reductions {
  private static final Set<OperationKind> NATIVE =
      EnumSet.of(OperationKind.REDUCE_SUM, OperationKind.REDUCE_MEAN);
  private static final int ALL_AXES = Integer.MAX_VALUE;

  private Reductions() {}

  /**
   * The same operation without SameDiff's legacy class, whose execution allocates at every call. It
   * runs the same native code.
   */
  static DifferentialFunction withoutLegacy(DifferentialFunction function) {
    if (!NATIVE.contains(OperationKind.of(function.opName()))
        || !(function instanceof BaseReduceOp reduce)) {
      return function;
    }
    DynamicCustomOp.DynamicCustomOpsBuilder builder = DynamicCustomOp.builder(function.opName());
    for (int axis : HostArray.integers(reduce.dimensions())) {
      if (axis != ALL_AXES) {
        builder.addIntegerArguments(axis);
      }
    }
    DynamicCustomOp custom = builder.addBooleanArguments(reduce.isKeepDims()).build();
    custom.setOwnName(function.getOwnName());
    return custom;
  }
}
