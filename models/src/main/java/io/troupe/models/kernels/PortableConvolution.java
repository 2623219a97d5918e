package io.troupe.models.kernels;

import java.util.ArrayList;
import java.util.List;

/**
 * A pass of a convolution of bfloat16 numbers in float32: operands are rounded and brought to
 * floats, which {@link Convolutions} takes, and the result is rounded if it is bfloat16.
 */
final class PortableConvolution implements Kernel {
  private final ConvolutionPass pass;
  private final List<Kernel> kernels = new ArrayList<>();

  private PortableConvolution(ConvolutionPass pass) {
    this.pass = pass;
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  static long scratch(
      ConvolutionPass pass, ConvolutionShape shape, boolean biased, boolean roundsResult) {
    long result = pass == ConvolutionPass.FORWARD ? shape.outputLength() : shape.inputLength();
    return lines(shape.inputLength())
        + lines(shape.outputLength())
        + 2 * lines(shape.weightLength())
        + (roundsResult ? lines(result) : 0)
        + Convolutions.scratch(pass, shape, biased, false);
  }

  /** So that every part begins at a cache line. */
  private static long lines(long floats) {
    return (floats + 15) / 16 * 16;
  }

  /** The pass on given memory, as {@link Bfloat16Convolutions#kernel}. */
  static Kernel bind(
      ConvolutionPass pass, ConvolutionShape shape, boolean withRelu, ConvolutionArrays arrays) {
    PortableConvolution convolution = new PortableConvolution(pass);
    Division division = new Division(arrays.scratch());
    List<FloatMemory> floats = new ArrayList<>();
    for (ArrayMemory operand : arrays.operands()) {
      floats.add(convolution.floats(operand, isWeights(pass, floats.size()), division));
    }
    ArrayMemory result = arrays.result();
    FloatMemory sums =
        result instanceof FloatMemory target
            ? target
            : new FloatMemory(division.next(lines(result.length())).address(), result.length());
    convolution.kernels.add(Convolutions.kernel(pass, shape, false, floats, sums, division.rest()));
    if (withRelu) {
      convolution.kernels.add(relu(shape, sums, result));
    } else if (sums != result) {
      convolution.kernels.add(new CastKernel(sums, result));
    }
    return convolution;
  }

  private static Kernel relu(ConvolutionShape shape, FloatMemory sums, ArrayMemory result) {
    Elementwise work =
        new Elementwise(
            Math.toIntExact(shape.batch()),
            Math.toIntExact(shape.outHeight() * shape.outWidth()),
            Math.toIntExact(shape.out()),
            List.of(Elementwise.Spread.FULL),
            List.of(new Elementwise.Step(Elementwise.Operator.RELU, 0, 0, 0)),
            List.of(1),
            List.of());
    return new ElementwiseKernel(work, List.of(sums), List.of(result));
  }

  private static boolean isWeights(ConvolutionPass pass, int operand) {
    return switch (pass) {
      case FORWARD -> operand == 1;
      case INPUT_GRADIENT -> operand == 0;
      case WEIGHT_GRADIENT -> false;
    };
  }

  private FloatMemory floats(ArrayMemory operand, boolean weights, Division division) {
    if (operand instanceof FloatMemory floats && !weights) {
      return floats;
    }
    FloatMemory place = division.next(lines(operand.length()));
    FloatMemory expanded = new FloatMemory(place.address(), operand.length());
    ArrayMemory from = operand;
    if (weights) {
      FloatMemory rounded = division.next(lines(operand.length()));
      from = new Bfloat16Memory(rounded.address(), operand.length());
      kernels.add(new CastKernel(operand, from));
    }
    kernels.add(new CastKernel(from, expanded));
    return expanded;
  }

  @Override
  public void run() {
    kernels.forEach(Kernel::run);
  }

  @Override
  public String kind() {
    return pass.kind();
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
  }
}
