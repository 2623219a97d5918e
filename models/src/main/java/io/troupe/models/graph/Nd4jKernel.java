package io.troupe.models.graph;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ops.CustomOp;
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
  private final Operation operation;
  private final OpContext context;
  private final OpExecutioner executioner = Nd4j.getExecutioner();
  private final NativeOps nativeOps = NativeOpsHolder.getInstance().getDeviceNativeOps();
  private final Pointer contextPointer;
  private final long hash;
  private final boolean direct;

  /** A kernel on the operation's present arrays. */
  Nd4jKernel(Operation operation) {
    this.operation = operation;
    context = operation.context();
    for (int i = 0; i < operation.outputs().size(); i++) {
      context.setOutputArray(i, operation.outputs().get(i).array());
    }
    contextPointer = context.contextPointer();
    hash = operation.function() instanceof CustomOp custom ? custom.opHash() : 0;
    direct =
        operation.function() instanceof CustomOp
            && executioner.type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
  }

  @Override
  public void run() {
    try {
      if (direct) {
        runDirectly();
      } else if (operation.function() instanceof CustomOp custom) {
        executioner.exec(custom, context);
      } else {
        executioner.exec((Op) operation.function(), context);
      }
    } catch (RuntimeException e) {
      throw operation.failure(e);
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
    return operation.kind();
  }

  @Override
  public void close() {
    context.purge();
  }
}
