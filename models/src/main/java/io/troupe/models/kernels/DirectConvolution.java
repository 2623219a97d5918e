package io.troupe.models.kernels;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;

/**
 * One pass of a convolution by oneDNN. Pictures stay channels-last; weights are HWIO and are
 * brought into the layout that oneDNN prefers at each run.
 *
 * <p>Channels may be in groups, each of which reads its own.
 *
 * <p>Pictures that are read are of one type; if it is bfloat16, so are the weights that they are
 * multiplied with, which are rounded for it. Sums are float32, and so are weights and their
 * gradients in memory, and the bias, which is added before a result of bfloat16 is rounded.
 */
final class DirectConvolution implements Kernel {
  private static final int FLOATS_OF_A_CACHE_LINE = 16;

  private final ConvolutionPass pass;
  private final ConvolutionShape shape;
  private final boolean biased;
  private final boolean withRelu;
  private final ElementType factors;
  private final OneDnn oneDnn = new OneDnn();
  private final memory.desc input;
  private final memory.desc output;
  private final memory.desc plainWeights;
  private final primitive_desc description;
  private final memory.desc weights;

  /**
   * A pass.
   *
   * @param factors the type of what is multiplied
   * @param result the type of the resulting pictures; the gradient of weights is float32
   */
  private DirectConvolution(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean biased,
      boolean withRelu,
      ElementType factors,
      ElementType result) {
    this.pass = pass;
    this.shape = shape;
    this.biased = biased;
    this.withRelu = withRelu;
    this.factors = factors;
    input = input(pass == ConvolutionPass.INPUT_GRADIENT ? result : factors);
    output = output(pass == ConvolutionPass.FORWARD ? result : factors);
    long[] sizes = weightSizes();
    plainWeights = oneDnn.layout(sizes, weightStrides());
    memory.desc anyWeights = oneDnn.anyLayout(factors, sizes);
    description =
        switch (pass) {
          case FORWARD -> forward(input, anyWeights, output);
          case INPUT_GRADIENT -> inputGradient(anyWeights);
          case WEIGHT_GRADIENT ->
              weightGradient(anyWeights, oneDnn.anyLayout(ElementType.FLOAT32, sizes));
        };
    weights =
        oneDnn.own(
            pass == ConvolutionPass.WEIGHT_GRADIENT
                ? description.diff_weights_desc()
                : description.weights_desc());
  }

  private memory.desc input(ElementType type) {
    return oneDnn.layout(
        type, memory.format_tag.nhwc, shape.batch(), shape.in(), shape.height(), shape.width());
  }

  private memory.desc output(ElementType type) {
    return oneDnn.layout(
        type,
        memory.format_tag.nhwc,
        shape.batch(),
        shape.out(),
        shape.outHeight(),
        shape.outWidth());
  }

  /** As oneDNN counts them: groups, if there are several, then out, in, height, width. */
  private long[] weightSizes() {
    long groups = shape.groups();
    long[] sizes = {
      groups, shape.out() / groups, shape.in() / groups, shape.kernelHeight(), shape.kernelWidth()
    };
    return groups == 1 ? Arrays.copyOfRange(sizes, 1, sizes.length) : sizes;
  }

  /** Of weights that lie as height, width, in of a group, out. */
  private long[] weightStrides() {
    long groups = shape.groups();
    long position = shape.in() / groups * shape.out();
    long[] strides = {
      shape.out() / groups, 1, shape.out(), shape.kernelWidth() * position, position
    };
    return groups == 1 ? Arrays.copyOfRange(strides, 1, strides.length) : strides;
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  static long scratch(
      ConvolutionPass pass,
      ConvolutionShape shape,
      boolean biased,
      boolean withRelu,
      ElementType factors,
      ElementType result) {
    try (DirectConvolution convolution =
        new DirectConvolution(pass, shape, biased, withRelu, factors, result)) {
      return convolution.weightFloats() + OneDnn.floats(convolution.scratchpad());
    }
  }

  /**
   * The pass on given memory.
   *
   * @param withRelu whether negative results of the forward pass become zero
   * @param arrays with scratch memory as long as {@link #scratch} says
   */
  static Kernel bind(
      ConvolutionPass pass, ConvolutionShape shape, boolean withRelu, ConvolutionArrays arrays) {
    int pictures = pass == ConvolutionPass.INPUT_GRADIENT ? 1 : 0;
    DirectConvolution convolution =
        new DirectConvolution(
            pass,
            shape,
            arrays.operands().size() == 3,
            withRelu,
            ElementType.of(arrays.operands().get(pictures)),
            ElementType.of(arrays.result()));
    convolution.connect(arrays.operands(), arrays.result(), arrays.scratch());
    return convolution;
  }

  private long[] strides() {
    return new long[] {shape.stride(), shape.stride()};
  }

  private long[] padding() {
    return new long[] {shape.paddingHeight(), shape.paddingWidth()};
  }

  private convolution_forward.primitive_desc forward(
      memory.desc input, memory.desc anyWeights, memory.desc output) {
    dnnl.prop_kind training = dnnl.prop_kind.forward_training;
    dnnl.algorithm direct = dnnl.algorithm.convolution_direct;
    primitive_attr attributes = withRelu ? oneDnn.relu() : oneDnn.attributes();
    // A layout of nothing is no bias.
    memory.desc bias =
        biased ? oneDnn.layout(memory.format_tag.a, shape.out()) : oneDnn.own(new memory.desc());
    return oneDnn.own(
        new convolution_forward.primitive_desc(
            oneDnn.engine(),
            training,
            direct,
            input,
            anyWeights,
            bias,
            output,
            strides(),
            padding(),
            padding(),
            attributes,
            false));
  }

  /** The forward pass that a gradient belongs to. */
  private convolution_forward.primitive_desc forwardOfGradient(memory.desc anyWeights) {
    return forward(input(factors), anyWeights, output(factors));
  }

  private primitive_desc inputGradient(memory.desc anyWeights) {
    return oneDnn.own(
        new convolution_backward_data.primitive_desc(
            oneDnn.engine(),
            dnnl.algorithm.convolution_direct,
            input,
            anyWeights,
            output,
            strides(),
            padding(),
            padding(),
            forwardOfGradient(anyWeights),
            oneDnn.attributes(),
            false));
  }

  private primitive_desc weightGradient(memory.desc anyWeights, memory.desc anyGradient) {
    return oneDnn.own(
        new convolution_backward_weights.primitive_desc(
            oneDnn.engine(),
            dnnl.algorithm.convolution_direct,
            input,
            anyGradient,
            output,
            strides(),
            padding(),
            padding(),
            forwardOfGradient(anyWeights),
            oneDnn.attributes(),
            false));
  }

  private memory.desc scratchpad() {
    return oneDnn.own(description.scratchpad_desc());
  }

  private long weightFloats() {
    long lines = (OneDnn.floats(weights) + FLOATS_OF_A_CACHE_LINE - 1) / FLOATS_OF_A_CACHE_LINE;
    return lines * FLOATS_OF_A_CACHE_LINE;
  }

  private void connect(
      List<? extends ArrayMemory> operands, ArrayMemory result, FloatMemory scratch) {
    memory packed =
        oneDnn.memory(weights, new FloatMemory(scratch.address(), OneDnn.floats(weights)));
    memory rest =
        oneDnn.memory(
            scratchpad(),
            new FloatMemory(
                scratch.address() + weightFloats() * Float.BYTES,
                scratch.length() - weightFloats()));
    switch (pass) {
      case FORWARD -> {
        oneDnn.addReorder(oneDnn.memory(plainWeights, operands.get(1)), packed);
        Object[] arguments = {
          dnnl.DNNL_ARG_SRC,
          oneDnn.memory(input, operands.get(0)),
          dnnl.DNNL_ARG_WEIGHTS,
          packed,
          dnnl.DNNL_ARG_DST,
          oneDnn.memory(output, result),
          dnnl.DNNL_ARG_SCRATCHPAD,
          rest
        };
        oneDnn.add(
            new convolution_forward((convolution_forward.primitive_desc) description), arguments);
        if (biased) {
          memory.desc line = oneDnn.layout(memory.format_tag.a, shape.out());
          oneDnn.addArgument(dnnl.DNNL_ARG_BIAS, oneDnn.memory(line, operands.get(2)));
        }
      }
      case INPUT_GRADIENT -> {
        oneDnn.addReorder(oneDnn.memory(plainWeights, operands.get(0)), packed);
        oneDnn.add(
            new convolution_backward_data((convolution_backward_data.primitive_desc) description),
            dnnl.DNNL_ARG_WEIGHTS,
            packed,
            dnnl.DNNL_ARG_DIFF_DST,
            oneDnn.memory(output, operands.get(1)),
            dnnl.DNNL_ARG_DIFF_SRC,
            oneDnn.memory(input, result),
            dnnl.DNNL_ARG_SCRATCHPAD,
            rest);
      }
      case WEIGHT_GRADIENT -> {
        oneDnn.add(
            new convolution_backward_weights(
                (convolution_backward_weights.primitive_desc) description),
            dnnl.DNNL_ARG_SRC,
            oneDnn.memory(input, operands.get(0)),
            dnnl.DNNL_ARG_DIFF_DST,
            oneDnn.memory(output, operands.get(1)),
            dnnl.DNNL_ARG_DIFF_WEIGHTS,
            packed,
            dnnl.DNNL_ARG_SCRATCHPAD,
            rest);
        oneDnn.addReorder(packed, oneDnn.memory(plainWeights, result));
      }
    }
  }

  @Override
  public void run() {
    oneDnn.run();
  }

  @Override
  public String kind() {
    return pass.kind();
  }

  @Override
  public void close() {
    oneDnn.close();
  }
}
