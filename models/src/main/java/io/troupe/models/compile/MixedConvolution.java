package io.troupe.models.compile;

import io.troupe.models.kernels.Bfloat16Algorithm;
import io.troupe.models.kernels.Bfloat16Choice;
import io.troupe.models.kernels.Bfloat16Convolutions;
import io.troupe.models.kernels.Bfloat16Measurement;
import io.troupe.models.kernels.FloatMemory;
import io.troupe.models.kernels.Kernel;
import org.nd4j.linalg.api.buffer.DataType;

/** A pass of a convolution in mixed precision. */
record MixedConvolution(
    ConvolutionFunction function, boolean biased, boolean roundsResult, Bfloat16Algorithm algorithm)
    implements Computation {
  /** The pass of an operation whose result has the type that it will be written in. */
  static MixedConvolution of(
      ConvolutionFunction function, Operation operation, Bfloat16Choice choice) {
    boolean roundsResult = operation.outputs().get(0).array().dataType() == DataType.BFLOAT16;
    return new MixedConvolution(
        function,
        operation.inputs().size() == 3,
        roundsResult,
        choice.algorithm(function.pass(), function.shape(), roundsResult));
  }

  /** Floats of memory that it needs while it runs. */
  long scratch() {
    return Bfloat16Convolutions.scratch(
        algorithm, function.pass(), function.shape(), biased, function.withRelu(), roundsResult);
  }

  /** As it is measured. */
  Bfloat16Measurement.Work work(int times) {
    return new Bfloat16Measurement.Work(function.pass(), function.shape(), roundsResult, times);
  }

  @Override
  public String kind() {
    return function.kind();
  }

  @Override
  public Kernel kernel(Operation operation) {
    return Bfloat16Convolutions.kernel(
        algorithm,
        function.pass(),
        function.shape(),
        function.withRelu(),
        operation.inputs().stream().map(v -> BoundMemory.numbers(v.array())).toList(),
        BoundMemory.numbers(operation.outputs().get(0).array()),
        (FloatMemory) BoundMemory.numbers(operation.outputs().get(1).array()));
  }
}
