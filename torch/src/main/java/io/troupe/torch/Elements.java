package io.troupe.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;

/** Calls on each element, sums, and rearrangements. */
final class Elements {
  private final Tape tape;
  private final Arguments arguments;

  Elements(Tape tape, Arguments arguments) {
    this.tape = tape;
    this.arguments = arguments;
  }

  /** A function of two tensors, each spread to the shape of both. */
  Place binary(String kind, Place x, Place y) {
    return binary(kind, x, y, x.slot().type());
  }

  /** The same with a result of a type. */
  Place binary(String kind, Place x, Place y, DataType type) {
    Place result = tape.place(type, common(x.shape(), y.shape()));
    tape.addElementwise(
        kind,
        List.of(x, y),
        result,
        (in, out) ->
            switch (kind) {
              case "add" -> () -> torch.add_out(out[0], in[0], in[1]);
              case "subtract" -> () -> torch.sub_out(out[0], in[0], in[1]);
              case "multiply" -> () -> torch.mul_out(out[0], in[0], in[1]);
              case "divide" -> () -> torch.div_out(out[0], in[0], in[1]);
              case "maximum" -> () -> torch.maximum_out(out[0], in[0], in[1]);
              case "minimum" -> () -> torch.minimum_out(out[0], in[0], in[1]);
              default -> throw new IllegalStateException(kind);
            });
    return result;
  }

  /** The shape that two spread to. */
  static List<Long> common(List<Long> a, List<Long> b) {
    if (a.size() < b.size()) {
      return common(b, a);
    }
    List<Long> shape = new ArrayList<>(a);
    int added = a.size() - b.size();
    for (int i = 0; i < b.size(); i++) {
      if (shape.get(added + i) == 1) {
        shape.set(added + i, b.get(i));
      } else if (b.get(i) != 1 && !b.get(i).equals(shape.get(added + i))) {
        throw new IllegalStateException(a + " and " + b + " do not spread to one shape");
      }
    }
    return shape;
  }

  /** Adds a call whose result has the type and the shape of x. */
  private Place like(Place x, String kind, List<Place> in, Tape.Maker maker) {
    Place result = tape.place(x.slot().type(), x.shape());
    tape.addElementwise(kind, in, result, maker);
    return result;
  }

  /** A function of a tensor and a number. */
  Place withNumber(String kind, Place x, double number) {
    Scalar scalar = arguments.number(number);
    // A tensor of rank 0 on the CPU goes with tensors of any device.
    Tensor constant = arguments.keep(torch.scalar_tensor(scalar));
    return like(
        x,
        kind,
        List.of(x),
        (in, out) ->
            switch (kind) {
              case "add_scalar" -> () -> torch.add_out(out[0], in[0], constant);
              case "sub_scalar" -> () -> torch.sub_out(out[0], in[0], constant);
              case "mul_scalar" -> () -> torch.mul_out(out[0], in[0], constant);
              case "div_scalar" -> () -> torch.div_out(out[0], in[0], constant);
              case "rsub_scalar" -> () -> torch.sub_out(out[0], constant, in[0]);
              case "rdiv_scalar" -> () -> torch.div_out(out[0], constant, in[0]);
              case "max_scalar" -> () -> torch.clamp_min_out(out[0], in[0], scalar);
              case "min_scalar" -> () -> torch.clamp_max_out(out[0], in[0], scalar);
              case "leakyrelu" -> () -> torch.leaky_relu_out(out[0], in[0], scalar);
              case "pow" -> () -> torch.pow_out(out[0], in[0], scalar);
              default -> throw new IllegalStateException(kind);
            });
  }

  /** Whether each element is greater than a number. */
  Place greater(Place x, double number) {
    Place result = tape.place(DataType.BOOL, x.shape());
    Scalar scalar = arguments.number(number);
    tape.add(
        "gt", List.of(x), List.of(result), (in, out) -> () -> torch.gt_out(out[0], in[0], scalar));
    return result;
  }

  /** A function of a tensor. */
  Place unary(String kind, Place x) {
    return like(
        x,
        kind,
        List.of(x),
        (in, out) ->
            switch (kind) {
              case "floor" -> () -> torch.floor_out(out[0], in[0]);
              case "rsqrt" -> () -> torch.rsqrt_out(out[0], in[0]);
              case "sqrt" -> () -> torch.sqrt_out(out[0], in[0]);
              case "neg" -> () -> torch.neg_out(out[0], in[0]);
              case "Reciprocal" -> () -> torch.reciprocal_out(out[0], in[0]);
              case "tanh" -> () -> torch.tanh_out(out[0], in[0]);
              case "sigmoid" -> () -> torch.sigmoid_out(out[0], in[0]);
              case "softplus" -> () -> torch.softplus_out(out[0], in[0]);
              case "exp" -> () -> torch.exp_out(out[0], in[0]);
              case "log" -> () -> torch.log_out(out[0], in[0]);
              case "square" -> () -> torch.mul_out(out[0], in[0], in[0]);
              case "abs" -> () -> torch.abs_out(out[0], in[0]);
              default -> throw new IllegalStateException(kind);
            });
  }

  /** The gradient where x is above 0. */
  Place reluGradient(Place x, Place gradient) {
    Scalar zero = arguments.number(0);
    return like(
        x,
        "threshold_backward",
        List.of(gradient, x),
        (in, out) -> () -> torch.threshold_backward_out(out[0], in[0], in[1], zero));
  }

  /** The gradient where x is above 0, and a share of it elsewhere. */
  Place leakyReluGradient(Place x, Place gradient, double slope) {
    Scalar share = arguments.number(slope);
    return like(
        x,
        "leaky_relu_backward",
        List.of(gradient, x),
        (in, out) -> () -> torch.leaky_relu_backward_out(out[0], in[0], in[1], share, false));
  }

  Place tanhGradient(Place x, Place gradient) {
    Place tanh = unary("tanh", x);
    return like(
        x,
        "tanh_backward",
        List.of(gradient, tanh),
        (in, out) -> () -> torch.tanh_backward_out(out[0], in[0], in[1]));
  }

  Place softmax(Place x, int axis) {
    Place result = tape.place(x.slot().type(), x.shape());
    tape.add(
        "softmax",
        List.of(tape.dense(x)),
        List.of(result),
        (in, out) -> () -> torch.softmax_out(out[0], in[0], axis));
    return result;
  }

  /** softmax * (gradient - sum of gradient * softmax). */
  Place softmaxGradient(Place x, Place gradient, int axis) {
    Place softmax = softmax(x, axis);
    List<Long> single = new ArrayList<>(x.shape());
    single.set(axis, 1L);
    Place mean = sum(binary("multiply", gradient, softmax), List.of(axis), single, 1);
    return binary("multiply", softmax, binary("subtract", gradient, mean));
  }

  /** Sums over axes, times a factor; those of bfloat16 numbers are float32. */
  Place sum(Place x, List<Integer> axes, List<Long> shape, double factor) {
    Place result;
    if (axes.isEmpty()) {
      result = tape.cast(x, summed(x));
    } else {
      result = tape.place(summed(x), shape);
      List<Long> kept = new ArrayList<>(x.shape());
      axes.forEach(axis -> kept.set(axis, 1L));
      LongArrayRefOptional over = arguments.axes(axes);
      // Of the result's type.
      ScalarTypeOptional type = arguments.keep(new ScalarTypeOptional());
      tape.add(
          "sum",
          List.of(x),
          List.of(result.reshaped(kept)),
          (in, out) -> () -> torch.sum_out(out[0], in[0], over, true, type));
    }
    return factor == 1 ? result : withNumber("mul_scalar", result, factor);
  }

  private static DataType summed(Place x) {
    return x.slot().type() == DataType.BFLOAT16 ? DataType.FLOAT : x.slot().type();
  }

  /** The sum of what was spread from a shape, times a factor. */
  Place sumTo(Place x, List<Long> shape, double factor) {
    int added = x.rank() - shape.size();
    List<Integer> axes =
        IntStream.range(0, x.rank())
            .filter(i -> i < added || (shape.get(i - added) == 1 && x.size(i) != 1))
            .boxed()
            .toList();
    if (!axes.isEmpty()) {
      return sum(x, axes, shape, factor);
    }
    return factor == 1 ? x : withNumber("mul_scalar", x, factor);
  }

  /** A number everywhere but in a part, which is given. */
  void embed(Place whole, Place part, Place values, double around) {
    Scalar number = arguments.number(around);
    tape.add(
        "embed",
        List.of(values),
        List.of(whole, part),
        (in, out) ->
            () -> {
              out[0].fill_(number);
              out[1].copy_(in[0]);
            });
  }

  /** Tensors one after the other along an axis. */
  Place concatenate(List<Place> parts, List<Long> shape, int axis) {
    Place result = tape.place(parts.get(0).slot().type(), shape);
    tape.add(
        "cat",
        parts,
        List.of(result),
        (in, out) -> {
          TensorVector all = arguments.keep(new TensorVector(in));
          return () -> torch.cat_out(out[0], all, axis);
        });
    return result;
  }

  /** Repeated along its axes, one copy after the other. */
  Place tile(Place x, List<Long> times) {
    List<Long> shape = new ArrayList<>();
    List<Long> split = new ArrayList<>();
    List<Long> single = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      shape.add(times.get(i) * x.size(i));
      split.addAll(List.of(times.get(i), x.size(i)));
      single.addAll(List.of(1L, x.size(i)));
    }
    Place result = tape.place(x.slot().type(), shape);
    tape.copy(tape.dense(x).reshaped(single).spreadTo(split), result.reshaped(split));
    return result;
  }

  /** The sum of all copies that {@link #tile} made. */
  Place tileGradient(Place gradient, List<Long> shape) {
    List<Long> split = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < shape.size(); i++) {
      axes.add(2 * i);
      split.addAll(List.of(gradient.size(i) / shape.get(i), shape.get(i)));
    }
    return sum(tape.dense(gradient).reshaped(split), axes, shape, 1);
  }
}
