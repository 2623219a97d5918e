package io.troupe.torch;

import io.troupe.models.compile.FlatGraph;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRef;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.buffer.DataType;

/** Convolutions and pools of channels-last pictures. Weights are HWIO. */
final class Windows {
  private final Tape tape;
  private final Arguments arguments;
  private final MixedTypes types;

  Windows(Tape tape, Arguments arguments, MixedTypes types) {
    this.tape = tape;
    this.arguments = arguments;
    this.types = types;
  }

  /** ND4J's arguments of a window: kernel, strides, paddings, dilations. */
  private record Window(
      LongArrayRef size, LongArrayRef stride, LongArrayRef padding, LongArrayRef dilation) {}

  private Window window(FlatGraph.Step step) {
    List<Long> all = step.integers();
    boolean pool = step.kind().contains("pool");
    boolean channelsLast = all.size() == 11 && all.get(pool ? 10 : 9) == 1;
    if (!channelsLast || (!pool && all.get(10) != 0)) {
      throw new UnsupportedOperationException("only windows on channels-last pictures are known");
    }
    return new Window(
        arguments.longs(all.get(0), all.get(1)),
        arguments.longs(all.get(2), all.get(3)),
        arguments.longs(all.get(4), all.get(5)),
        arguments.longs(all.get(6), all.get(7)));
  }

  /** Whether an element can be in several windows. */
  static boolean overlap(FlatGraph.Step step) {
    List<Long> all = step.integers();
    return all.get(0) > all.get(2) || all.get(1) > all.get(3);
  }

  private static void requireOwnPadding(FlatGraph.Step step) {
    if (step.integers().get(8) != 0) {
      throw new UnsupportedOperationException("padding by a rule is not known");
    }
  }

  private static Place weights(Place hwio) {
    return hwio.permuted(3, 2, 0, 1);
  }

  /** What a convolution multiplies, in the type of its result. */
  private Place operand(Place place, DataType type) {
    return types.isMixed() ? types.rounded(place, type) : place;
  }

  private Place pictures(Place place, DataType type) {
    return tape.dense(operand(place, type)).channelsSecond();
  }

  /** Of the channels of NHWC pictures, by weights [height, width, in / groups, out]. */
  private static long groups(Place x, Place w) {
    return x.size(3) / w.size(2);
  }

  /** A convolution, with a bias if there is one. */
  Place convolution(Place x, Place w, List<Place> bias, List<Long> shape, FlatGraph.Step step) {
    requireOwnPadding(step);
    Window window = window(step);
    DataType type = types.ofPictures(shape);
    long groups = groups(x, w);
    Place result = tape.place(type, shape);
    List<Place> in = new ArrayList<>(List.of(pictures(x, type), weights(operand(w, type))));
    bias.forEach(b -> in.add(types.isMixed() ? tape.cast(b, type) : b));
    LongArrayRef none = arguments.longs(0, 0);
    tape.add(
        "convolution",
        in,
        List.of(result.channelsSecond()),
        (read, out) -> {
          TensorOptional added =
              arguments.keep(read.length > 2 ? new TensorOptional(read[2]) : new TensorOptional());
          return () ->
              torch.convolution_out(
                  out[0],
                  read[0],
                  read[1],
                  added,
                  window.stride(),
                  window.padding(),
                  window.dilation(),
                  false,
                  none,
                  groups);
        });
    return result;
  }

  /** Its gradients by x and by the weights. */
  List<Place> convolutionGradient(Place x, Place w, Place gradient, FlatGraph.Step step) {
    requireOwnPadding(step);
    Window window = window(step);
    DataType type = types.ofPictures(x.shape());
    long groups = groups(x, w);
    Place byPictures = tape.place(type, x.shape());
    Place byWeights = tape.place(DataType.FLOAT, w.shape());
    LongArrayRef none = arguments.longs(0, 0);
    LongArrayRefOptional noBias = arguments.keep(new LongArrayRefOptional());
    tape.addWithChoice(
        "convolution_backward",
        List.of(pictures(gradient, type), pictures(x, type), weights(operand(w, type))),
        List.of(byPictures.channelsSecond(), weights(byWeights)),
        (read, out) -> {
          BoolPointer wanted = arguments.keep(new BoolPointer(3));
          wanted.put(0, out[0] != null).put(1, out[1] != null).put(2, false);
          return () -> {
            // ATen has no function that writes these into given memory without making them first.
            try (T_TensorTensorTensor_T made =
                torch.convolution_backward(
                    read[0],
                    read[1],
                    read[2],
                    noBias,
                    window.stride(),
                    window.padding(),
                    window.dilation(),
                    false,
                    none,
                    groups,
                    wanted)) {
              if (out[0] != null) {
                copy(made.get0(), out[0]);
              }
              if (out[1] != null) {
                copy(made.get1(), out[1]);
              }
            }
          };
        });
    return List.of(byPictures, byWeights);
  }

  private static void copy(Tensor made, Tensor to) {
    try (made) {
      to.copy_(made);
    }
  }

  /** The mean of each window. */
  Place mean(Place x, List<Long> shape, FlatGraph.Step step) {
    Window window = window(step);
    LongOptional divisor = arguments.keep(new LongOptional());
    return pooled(
        "avg_pool2d",
        x,
        shape,
        (in, out) ->
            () ->
                torch.avg_pool2d_out(
                    out[0],
                    in[0],
                    window.size(),
                    window.stride(),
                    window.padding(),
                    false,
                    true,
                    divisor));
  }

  Place meanGradient(Place gradient, List<Long> shape, FlatGraph.Step step) {
    Window window = window(step);
    LongOptional divisor = arguments.keep(new LongOptional());
    return pooled(
        "avg_pool2d_backward",
        gradient,
        shape,
        (in, out) ->
            () ->
                // Of the pictures only the shape is read, which is the result's too.
                torch.avg_pool2d_backward_out(
                    out[0],
                    in[0],
                    out[0],
                    window.size(),
                    window.stride(),
                    window.padding(),
                    false,
                    true,
                    divisor));
  }

  private Place pooled(String kind, Place x, List<Long> shape, Tape.Maker maker) {
    Place result = tape.place(x.slot().type(), shape);
    tape.add(
        kind, List.of(tape.dense(x).channelsSecond()), List.of(result.channelsSecond()), maker);
    return result;
  }

  /** The largest of each window. */
  Place largest(Place x, List<Long> shape, FlatGraph.Step step) {
    return largestWithPlaces(tape.dense(x).channelsSecond(), shape, step).get(0);
  }

  private List<Place> largestWithPlaces(Place x, List<Long> shape, FlatGraph.Step step) {
    Window window = window(step);
    Place result = tape.place(x.slot().type(), shape);
    Place indices = tape.place(DataType.INT64, shape);
    tape.add(
        "max_pool2d",
        List.of(x),
        List.of(result.channelsSecond(), indices.channelsSecond()),
        (in, out) ->
            () ->
                torch.max_pool2d_with_indices_out(
                    out[0],
                    out[1],
                    in[0],
                    window.size(),
                    window.stride(),
                    window.padding(),
                    window.dilation(),
                    false));
    return List.of(result, indices);
  }

  Place largestGradient(Place x, Place gradient, List<Long> shape, FlatGraph.Step step) {
    Window window = window(step);
    DataType type = x.slot().type();
    Place pictures = tape.dense(x).channelsSecond();
    Place indices = largestWithPlaces(pictures, gradient.shape(), step).get(1);
    Place result = tape.place(type, shape);
    tape.add(
        "max_pool2d_backward",
        List.of(
            tape.dense(tape.cast(gradient, type)).channelsSecond(),
            pictures,
            indices.channelsSecond()),
        List.of(result.channelsSecond()),
        (in, out) ->
            () ->
                torch.max_pool2d_with_indices_backward_out(
                    out[0],
                    in[0],
                    in[1],
                    window.size(),
                    window.stride(),
                    window.padding(),
                    window.dilation(),
                    false,
                    in[2]));
    return result;
  }
}
