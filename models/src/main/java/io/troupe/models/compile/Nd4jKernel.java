package io.troupe.models.compile;

import io.troupe.models.graph.NativeContext;
import io.troupe.models.kernels.Kernel;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Runs an operation by ND4J's own implementation.
 *
 * <p>On the CPU, custom operations are called natively: ND4J's executioner makes some hundred bytes
 * of garbage at each call.
 */
final class Nd4jKernel implements Kernel {
  private final DifferentialFunction function;
  private final OpContext context;
  private final OpExecutioner executioner = Nd4j.getExecutioner();
  private final NativeOps nativeOps = NativeOpsHolder.getInstance().getDeviceNativeOps();
  private final Pointer contextPointer;
  private final long hash;
  private final boolean direct;

  /** A kernel on the operation's present arrays. */
  Nd4jKernel(Operation operation, DifferentialFunction function) {
    this.function = function;
    context = context(operation, function);
    for (int i = 0; i < operation.outputs().size(); i++) {
      context.setOutputArray(i, operation.outputs().get(i).array());
    }
    contextPointer = context.contextPointer();
    hash = function instanceof CustomOp custom ? custom.opHash() : 0;
    direct =
        function instanceof CustomOp
            && executioner.type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
  }

  /** A new context with the operation's inputs and the function's arguments, without outputs. */
  static OpContext context(Operation operation, DifferentialFunction function) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    for (int i = 0; i < operation.inputs().size(); i++) {
      context.setInputArray(i, operation.inputs().get(i).array());
    }
    if (function instanceof DynamicCustomOp custom) {
      context.setIArguments(custom.iArgs());
      context.setTArguments(custom.tArgs());
      context.setBArguments(custom.bArgs());
      context.setDArguments(custom.dArgs());
    }
    return context;
  }

  @Override
  public void run() {
    if (direct) {
      runDirectly();
    } else if (function instanceof CustomOp custom) {
      executioner.exec(custom, context);
    } else {
      executioner.exec((Op) function, context);
    }
  }

  private void runDirectly() {
    int status = nativeOps.execCustomOp2(null, hash, contextPointer);
    if (status != 0 || nativeOps.lastErrorCode() != 0) {
      throw new IllegalStateException("status " + status + ": " + nativeOps.lastErrorMessage());
    }
  }

  @Override
  public String kind() {
    return function.opName();
  }

  @Override
  public void close() {
    NativeContext.release(context);
  }
}
