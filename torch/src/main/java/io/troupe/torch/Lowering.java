package io.troupe.torch;

import static io.troupe.torch.StepArguments.axes;
import static io.troupe.torch.StepArguments.axis;
import static io.troupe.torch.StepArguments.length;
import static io.troupe.torch.StepArguments.part;
import static io.troupe.torch.StepArguments.requireZero;
import static io.troupe.torch.StepArguments.shape;
import static io.troupe.torch.StepArguments.stacked;
import static io.troupe.torch.StepArguments.type;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/** Turns the operations of a graph into calls of ATen's functions. */
final class Lowering {
  private final Tape tape;
  private final Map<FlatGraph.Node, Place> places = new HashMap<>();
  private final MixedTypes types;
  private final Elements elements;
  private final Products products;
  private final Windows windows;
  private final Warps warps;

  /**
   * Adds to a tape.
   *
   * @param owner keeps ATen's arguments
   * @param mixed whether in mixed precision
   */
  Lowering(Tape tape, Arguments owner, boolean mixed) {
    this.tape = tape;
    types = new MixedTypes(tape, mixed);
    elements = new Elements(tape, owner);
    products = new Products(tape, types);
    windows = new Windows(tape, owner, types);
    warps = new Warps(tape, owner, elements, products);
  }

  /** Where a tensor lies. */
  Place place(FlatGraph.Node node) {
    return places.computeIfAbsent(
        node,
        n -> {
          if (n.origin() == FlatGraph.Origin.RESULT) {
            throw new IllegalStateException(n + " is read before it is computed");
          }
          return Place.of(n.array(), n.origin() == FlatGraph.Origin.CONSTANT);
        });
  }

  /** Adds an operation. */
  void add(FlatGraph.Step step) {
    tape.begin(step.toString());
    try {
      lower(step);
    } catch (RuntimeException e) {
      throw new IllegalStateException(step + " cannot be compiled: " + e.getMessage(), e);
    }
  }

  private void lower(FlatGraph.Step step) {
    switch (step.kind()) {
      case "add", "subtract", "multiply" ->
          set(step, following(step.kind(), read(step, 0), read(step, 1)));
      case "reversesubtract" -> set(step, following("subtract", read(step, 1), read(step, 0)));
      case "reversedivide" -> set(step, elements.binary("divide", in(step, 1), in(step, 0)));
      case "divide", "maximum", "minimum" ->
          set(step, elements.binary(step.kind(), in(step, 0), in(step, 1)));
      case "add_scalar", "sub_scalar", "mul_scalar", "div_scalar", "rsub_scalar" ->
          set(step, elements.withNumber(step.kind(), read(step, 0), step.numbers().get(0)));
      case "scalar_min" ->
          set(step, elements.withNumber("min_scalar", in(step, 0), step.numbers().get(0)));
      case "rdiv_scalar", "max_scalar", "min_scalar", "pow", "leakyrelu" ->
          set(step, elements.withNumber(step.kind(), in(step, 0), step.numbers().get(0)));
      case "greaterthan_scalar" -> set(step, elements.greater(in(step, 0), step.numbers().get(0)));
      case "neg" -> set(step, elements.unary(step.kind(), read(step, 0)));
      case "sqrt",
          "rsqrt",
          "Reciprocal",
          "tanh",
          "sigmoid",
          "softplus",
          "exp",
          "log",
          "square",
          "abs" ->
          set(step, elements.unary(step.kind(), in(step, 0)));
      case "relu" -> {
        requireZero(step);
        set(step, elements.withNumber("max_scalar", read(step, 0), 0));
      }
      case "step" -> {
        requireZero(step);
        Place x = read(step, 0);
        DataType type = types.isMixed() ? types.following(x.shape(), x) : type(step);
        set(step, tape.cast(elements.greater(x, 0), type));
      }
      case "thresholdedrelu_bp" -> {
        requireZero(step);
        Place x = read(step, 0);
        Place gradient = read(step, 1);
        DataType type = types.following(x.shape(), x, gradient);
        boolean narrow = type == DataType.BFLOAT16;
        set(
            step,
            elements.reluGradient(
                narrow ? tape.cast(x, type) : types.full(x),
                narrow ? tape.cast(gradient, type) : types.full(gradient)));
      }
      case "lrelu_bp" ->
          set(step, elements.leakyReluGradient(in(step, 0), in(step, 1), step.numbers().get(0)));
      case "tanh_bp" -> set(step, elements.tanhGradient(in(step, 0), in(step, 1)));
      case "softmax" -> set(step, elements.softmax(in(step, 0), axis(step)));
      case "softmax_bp" ->
          set(step, elements.softmaxGradient(in(step, 0), in(step, 1), axis(step)));
      case "cast" -> set(step, tape.cast(in(step, 0), type(step)));
      case "identity" -> set(step, read(step, 0));
      case "reshape", "expand_dims", "squeeze" ->
          set(step, tape.dense(read(step, 0)).reshaped(shape(step)));
      case "permute" ->
          set(
              step,
              read(step, 0).permuted(step.integers().stream().mapToInt(Long::intValue).toArray()));
      case "transpose" ->
          set(
              step,
              read(step, 0)
                  .permuted(
                      IntStream.range(0, shape(step).size())
                          .map(axis -> shape(step).size() - 1 - axis)
                          .toArray()));
      case "slice" -> set(step, part(read(step, 0), shape(step), step));
      case "slice_bp" -> {
        Place gradient = read(step, step.inputs().size() - 1);
        Place result = tape.place(gradient.slot().type(), shape(step));
        elements.embed(result, part(result, gradient.shape(), step), gradient, 0);
        set(step, result);
      }
      case "pad" -> pad(step);
      case "concat" -> {
        List<Place> parts = step.inputs().stream().map(this::place).toList();
        boolean alike = parts.stream().map(p -> p.slot().type()).distinct().count() == 1;
        set(
            step,
            elements.concatenate(
                alike ? parts : parts.stream().map(types::full).toList(), shape(step), axis(step)));
      }
      case "stack" -> {
        List<Place> parts = new ArrayList<>();
        int axis = stacked(step);
        for (int i = 0; i < step.inputs().size(); i++) {
          List<Long> single = new ArrayList<>(shape(step));
          single.set(axis, 1L);
          parts.add(tape.dense(in(step, i)).reshaped(single));
        }
        set(step, elements.concatenate(parts, shape(step), axis));
      }
      case "concat_bp" -> concatenationGradient(step);
      case "tile" -> set(step, elements.tile(read(step, 0), step.integers()));
      case "tile_bp" -> set(step, elements.tileGradient(read(step, 1), shape(step)));
      case "reduce_sum" -> set(step, elements.sum(read(step, 0), axes(step), shape(step), 1));
      case "reduce_mean" ->
          set(
              step,
              elements.sum(
                  read(step, 0),
                  axes(step),
                  shape(step),
                  (double) Math.max(1, length(shape(step))) / read(step, 0).length()));
      case "reduce_sum_bp", "reduce_mean_bp" -> reductionGradient(step);
      case "add_bp" -> {
        Place gradient = read(step, 2);
        set(step, 0, elements.sumTo(gradient, shape(step, 0), 1));
        set(step, 1, elements.sumTo(gradient, shape(step, 1), 1));
      }
      case "subtract_bp" -> {
        Place gradient = read(step, 2);
        set(step, 0, elements.sumTo(gradient, shape(step, 0), 1));
        set(step, 1, elements.sumTo(gradient, shape(step, 1), -1));
      }
      case "multiply_bp" -> {
        Place gradient = read(step, 2);
        for (int i = 0; i < 2; i++) {
          Place product = following("multiply", gradient, read(step, 1 - i));
          set(step, i, elements.sumTo(product, shape(step, i), 1));
        }
      }
      case "matmul" -> set(step, products.forward(step, read(step, 0), read(step, 1)));
      case "matmul_bp" ->
          set(step, products.gradients(step, read(step, 0), read(step, 1), read(step, 2)));
      case "conv2d" ->
          set(
              step,
              windows.convolution(read(step, 0), read(step, 1), bias(step, 2), shape(step), step));
      case "conv2d_bp" -> {
        Place gradient = read(step, step.inputs().size() - 1);
        set(step, windows.convolutionGradient(read(step, 0), read(step, 1), gradient, step));
        if (step.outputs().size() > 2) {
          // On CPUs convolution_backward sums by a slow loop of oneDNN's: 3 % of an iteration.
          set(step, 2, elements.sum(gradient, List.of(0, 1, 2), shape(step, 2), 1));
        }
      }
      case "avgpool2d" -> set(step, windows.mean(read(step, 0), shape(step), step));
      case "avgpool2d_bp" -> {
        // Where windows overlap ATen adds in the type of the gradient, and sums are float32.
        Place gradient = Windows.overlap(step) ? in(step, 1) : read(step, 1);
        set(step, windows.meanGradient(gradient, shape(step), step));
      }
      case "maxpool2d" -> set(step, windows.largest(read(step, 0), shape(step), step));
      case "maxpool2d_bp" ->
          set(step, windows.largestGradient(read(step, 0), read(step, 1), shape(step), step));
      case "picture_warp", "picture_warp_gradient" ->
          set(
              step,
              warps.warp(in(step, 0), in(step, 1), step.kind().equals("picture_warp_gradient")));
      default ->
          throw new UnsupportedOperationException(
              "the engine torch has no \"%s\"; compute.engine = native has".formatted(step.kind()));
    }
  }

  private void pad(FlatGraph.Step step) {
    if (step.integers().get(0) != 0 || step.inputs().get(1).origin() != FlatGraph.Origin.CONSTANT) {
      throw new UnsupportedOperationException("only paddings with a constant number are known");
    }
    Place input = read(step, 0);
    Place result = tape.place(input.slot().type(), shape(step));
    Place inner = result;
    // Before and after each axis.
    float[] paddings = HostArray.copy(step.inputs().get(1).array());
    for (int axis = 0; axis < input.rank(); axis++) {
      inner = inner.part(axis, (long) paddings[2 * axis], input.size(axis));
    }
    elements.embed(result, inner, input, step.numbers().isEmpty() ? 0 : step.numbers().get(0));
    set(step, result);
  }

  private void concatenationGradient(FlatGraph.Step step) {
    Place gradient = read(step, step.inputs().size() - 1);
    long start = 0;
    for (int i = 0; i < step.outputs().size(); i++) {
      long count = shape(step, i).get(axis(step));
      set(step, i, gradient.part(axis(step), start, count));
      start += count;
    }
  }

  private void reductionGradient(FlatGraph.Step step) {
    List<Long> full = shape(step);
    List<Integer> axes = axes(step);
    List<Long> kept = new ArrayList<>(full);
    axes.forEach(axis -> kept.set(axis, 1L));
    Place gradient = tape.dense(in(step, 1)).reshaped(kept);
    if (step.kind().equals("reduce_mean_bp")) {
      double share = (double) length(kept) / length(full);
      gradient = elements.withNumber("mul_scalar", gradient, share);
    }
    set(step, gradient.spreadTo(full));
  }

  private List<Place> bias(FlatGraph.Step step, int input) {
    return step.inputs().size() > input ? List.of(in(step, input)) : List.of();
  }

  /** An input, which is bfloat16 in mixed precision if what computed it gave that. */
  private Place read(FlatGraph.Step step, int input) {
    return place(step.inputs().get(input));
  }

  /** An input in the graph's own type. */
  private Place in(FlatGraph.Step step, int input) {
    return types.full(read(step, input));
  }

  /** A function of two tensors, in the type of those that it reads in full. */
  private Place following(String kind, Place x, Place y) {
    List<Long> shape = Elements.common(x.shape(), y.shape());
    return types.following(shape, x, y) == DataType.BFLOAT16
        ? elements.binary(kind, x, y, DataType.BFLOAT16)
        : elements.binary(kind, types.full(x), types.full(y));
  }

  private void set(FlatGraph.Step step, Place place) {
    set(step, 0, place);
  }

  private void set(FlatGraph.Step step, List<Place> all) {
    for (int i = 0; i < all.size(); i++) {
      set(step, i, all.get(i));
    }
  }

  private void set(FlatGraph.Step step, int output, Place place) {
    if (!place.shape().equals(shape(step, output))) {
      throw new IllegalStateException(
          "a result is " + place.shape() + " and should be " + shape(step, output));
    }
    places.put(step.outputs().get(output), place);
  }
}
