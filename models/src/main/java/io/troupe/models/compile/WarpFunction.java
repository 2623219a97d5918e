package io.troupe.models.compile;

import io.troupe.models.kernels.Kernel;
import io.troupe.models.kernels.PictureShape;
import io.troupe.models.kernels.WarpKernel;
import io.troupe.models.kernels.WarpMemory;
import io.troupe.models.memory.HostArray;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pictures sampled where affine maps say, of floats or doubles: inputs are pictures and maps. */
record WarpFunction(boolean transposed) implements Computation {
  @Override
  public String kind() {
    return transposed ? "picture_warp_gradient" : "picture_warp";
  }

  @Override
  public Kernel kernel(Operation operation) {
    INDArray pictures = operation.inputs().get(0).array();
    return new WarpKernel(
        kind(),
        transposed,
        new PictureShape(
            Math.toIntExact(pictures.size(0)),
            Math.toIntExact(pictures.size(1)),
            Math.toIntExact(pictures.size(2)),
            Math.toIntExact(pictures.size(3))),
        memory(pictures),
        memory(operation.inputs().get(1).array()),
        memory(operation.outputs().get(0).array()));
  }

  private static WarpMemory memory(INDArray array) {
    boolean doubles = array.dataType() == DataType.DOUBLE;
    if (!(doubles || array.dataType() == DataType.FLOAT)
        || array.ordering() != 'c'
        || array.elementWiseStride() != 1) {
      throw new UnsupportedOperationException(
          "pictures and maps must be floats or doubles, one after the other");
    }
    return new WarpMemory(HostArray.address(array), array.length(), doubles);
  }
}
