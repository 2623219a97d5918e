package io.troupe.models.export;

import io.troupe.models.compile.FlatGraph;
import io.troupe.models.memory.HostArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import onnx.Onnx;

/**
 * Turns the operations of a graph into nodes of ONNX. ND4J's pictures have their channels last and
 * ONNX's windows want them second, so a transposition stands before and behind each; runtimes join
 * those that follow each other.
 */
final class OnnxNodes {
  private static final long[] CHANNELS_SECOND = {0, 3, 1, 2};
  private static final long[] CHANNELS_LAST = {0, 2, 3, 1};

  /** Where a slice ends that goes to the end. */
  private static final long END = Long.MAX_VALUE;

  private static final Map<String, String> UNARY =
      Map.ofEntries(
          Map.entry("sqrt", "Sqrt"),
          Map.entry("neg", "Neg"),
          Map.entry("Reciprocal", "Reciprocal"),
          Map.entry("tanh", "Tanh"),
          Map.entry("sigmoid", "Sigmoid"),
          Map.entry("softplus", "Softplus"),
          Map.entry("exp", "Exp"),
          Map.entry("log", "Log"),
          Map.entry("abs", "Abs"),
          Map.entry("identity", "Identity"));
  private static final Map<String, String> BINARY =
      Map.of(
          "add", "Add",
          "subtract", "Sub",
          "multiply", "Mul",
          "divide", "Div",
          "maximum", "Max",
          "minimum", "Min");
  private static final Map<String, String> WITH_NUMBER =
      Map.of(
          "add_scalar", "Add",
          "sub_scalar", "Sub",
          "mul_scalar", "Mul",
          "div_scalar", "Div",
          "max_scalar", "Max",
          "pow", "Pow");
  private static final Map<String, String> NUMBER_WITH =
      Map.of("rsub_scalar", "Sub", "rdiv_scalar", "Div");

  private final OnnxGraph graph;

  /** Adds nodes to a graph. */
  OnnxNodes(Onnx.GraphProto.Builder graph) {
    this.graph = new OnnxGraph(graph);
  }

  /**
   * Adds an operation.
   *
   * @throws UnsupportedOperationException if there is nothing in ONNX for it
   */
  void add(FlatGraph.Step step) {
    if (step.outputs().size() != 1) {
      throw unknown(step, "operations with several results");
    }
    String out = step.outputs().get(0).name();
    String kind = step.kind();
    if (UNARY.containsKey(kind)) {
      graph.node(UNARY.get(kind), out, List.of(in(step, 0)));
    } else if (BINARY.containsKey(kind)) {
      graph.node(BINARY.get(kind), out, List.of(in(step, 0), in(step, 1)));
    } else if (WITH_NUMBER.containsKey(kind)) {
      graph.node(
          WITH_NUMBER.get(kind), out, List.of(in(step, 0), graph.number(step.numbers().get(0))));
    } else if (NUMBER_WITH.containsKey(kind)) {
      graph.node(
          NUMBER_WITH.get(kind), out, List.of(graph.number(step.numbers().get(0)), in(step, 0)));
    } else {
      addShaped(step, out);
    }
  }

  private void addShaped(FlatGraph.Step step, String out) {
    switch (step.kind()) {
      case "relu" -> {
        require(step, step.numbers().stream().allMatch(n -> n == 0), "thresholds other than 0");
        graph.node("Relu", out, List.of(in(step, 0)));
      }
      case "square" -> graph.node("Mul", out, List.of(in(step, 0), in(step, 0)));
      case "softmax" ->
          graph.node("Softmax", out, List.of(in(step, 0)), OnnxGraph.integer("axis", axis(step)));
      case "matmul" -> product(step, out);
      case "reshape" -> {
        long[] sizes = longs(step).filter(size -> size >= -1).toArray();
        require(step, sizes.length > 0, "shapes that are inputs");
        graph.node("Reshape", out, List.of(in(step, 0), graph.integers(sizes)));
      }
      case "permute" -> {
        long[] axes = longs(step).toArray();
        require(step, axes.length > 0, "axes that are inputs");
        graph.node("Transpose", out, List.of(in(step, 0)), OnnxGraph.integers("perm", axes));
      }
      case "concat" ->
          graph.node(
              "Concat",
              out,
              step.inputs().stream().map(graph::read).toList(),
              OnnxGraph.integer("axis", axis(step)));
      case "gather" ->
          graph.node(
              "Gather",
              out,
              List.of(in(step, 0), in(step, 1)),
              OnnxGraph.integer("axis", axis(step)));
      case "onehot" -> oneHot(step, out);
      case "slice" -> slice(step, out);
      case "pad" -> pad(step, out);
      case "reduce_sum" ->
          graph.node(
              "ReduceSum",
              out,
              List.of(in(step, 0), graph.integers(axes(step))),
              OnnxGraph.integer("keepdims", kept(step)));
      case "reduce_mean" ->
          graph.node(
              "ReduceMean",
              out,
              List.of(in(step, 0)),
              OnnxGraph.integers("axes", axes(step)),
              OnnxGraph.integer("keepdims", kept(step)));
      case "conv2d" -> convolution(step, out);
      case "avgpool2d" -> pool(step, out, "AveragePool");
      case "maxpool2d" -> pool(step, out, "MaxPool");
      default -> throw unknown(step, "it");
    }
  }

  private void product(FlatGraph.Step step, String out) {
    boolean plain =
        (step.integers().size() < 3 || step.integers().get(2) == 0)
            && (step.numbers().isEmpty() || step.numbers().equals(List.of(1.0, 0.0)));
    require(step, plain, "products that are scaled or transposed");
    graph.node("MatMul", out, List.of(turned(step, 0), turned(step, 1)));
  }

  private String turned(FlatGraph.Step step, int input) {
    if (step.integers().size() <= input || step.integers().get(input) == 0) {
      return in(step, input);
    }
    int rank = step.inputs().get(input).array().rank();
    long[] axes = LongStream.range(0, rank).toArray();
    axes[rank - 1]--;
    axes[rank - 2]++;
    return graph.transposed(in(step, input), axes);
  }

  /** By Gather, because that refuses a class that there is not, and OneHot makes zeros of it. */
  private void oneHot(FlatGraph.Step step, String out) {
    require(
        step,
        step.integers().get(0) == -1 && step.numbers().equals(List.of(1.0, 0.0)),
        "codes but those of 1 and 0 along the last axis");
    int classes = Math.toIntExact(step.integers().get(1));
    float[] rows = new float[classes * classes];
    for (int row = 0; row < classes; row++) {
      rows[row * classes + row] = 1;
    }
    String table = graph.numbers("classes", rows, classes, classes);
    graph.node("Gather", out, List.of(table, in(step, 0)), OnnxGraph.integer("axis", 0));
  }

  private void slice(FlatGraph.Step step, String out) {
    int rank = step.inputs().get(0).array().rank();
    require(step, step.integers().size() == 2 * rank, "places that are inputs");
    long[] starts = longs(step).limit(rank).toArray();
    long[] ends = longs(step).skip(rank).toArray();
    for (int axis = 0; axis < rank; axis++) {
      ends[axis] = ends[axis] == -1 ? END : starts[axis] + ends[axis];
    }
    graph.node("Slice", out, List.of(in(step, 0), graph.integers(starts), graph.integers(ends)));
  }

  private void pad(FlatGraph.Step step, String out) {
    require(
        step,
        step.integers().get(0) == 0 && step.inputs().get(1).origin() == FlatGraph.Origin.CONSTANT,
        "paddings but constant ones with a number");
    // By axis, before and after; ONNX has all before first.
    float[] widths = HostArray.copy(step.inputs().get(1).array());
    int rank = widths.length / 2;
    long[] pads = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      pads[axis] = (long) widths[2 * axis];
      pads[rank + axis] = (long) widths[2 * axis + 1];
    }
    double value = step.numbers().isEmpty() ? 0 : step.numbers().get(0);
    graph.node("Pad", out, List.of(in(step, 0), graph.integers(pads), graph.number(value)));
  }

  private void convolution(FlatGraph.Step step, String out) {
    List<Long> all = step.integers();
    require(
        step,
        all.size() == 11 && all.get(8) == 0 && all.get(9) == 1 && all.get(10) == 0,
        "convolutions but those of channels-last pictures with paddings of their own");
    List<String> inputs =
        new ArrayList<>(
            List.of(
                graph.transposed(in(step, 0), CHANNELS_SECOND),
                graph.transposed(in(step, 1), new long[] {3, 2, 0, 1})));
    if (step.inputs().size() > 2) {
      inputs.add(in(step, 2));
    }
    String pictures = graph.fresh(out);
    graph.node(
        "Conv",
        pictures,
        inputs,
        OnnxGraph.integers("kernel_shape", all.get(0), all.get(1)),
        OnnxGraph.integers("strides", all.get(2), all.get(3)),
        OnnxGraph.integers("pads", all.get(4), all.get(5), all.get(4), all.get(5)),
        OnnxGraph.integers("dilations", all.get(6), all.get(7)),
        OnnxGraph.integer("group", FlatGraph.groups(step)));
    graph.node("Transpose", out, List.of(pictures), OnnxGraph.integers("perm", CHANNELS_LAST));
  }

  private void pool(FlatGraph.Step step, String out, String type) {
    List<Long> all = step.integers();
    require(
        step,
        all.size() == 11
            && all.get(10) == 1
            && all.subList(4, 6).equals(List.of(0L, 0L))
            && all.subList(6, 8).equals(List.of(1L, 1L))
            && all.get(8) == 0,
        "pools but those of channels-last pictures without padding");
    String pictures = graph.fresh(out);
    graph.node(
        type,
        pictures,
        List.of(graph.transposed(in(step, 0), CHANNELS_SECOND)),
        OnnxGraph.integers("kernel_shape", all.get(0), all.get(1)),
        OnnxGraph.integers("strides", all.get(2), all.get(3)));
    graph.node("Transpose", out, List.of(pictures), OnnxGraph.integers("perm", CHANNELS_LAST));
  }

  private static void require(FlatGraph.Step step, boolean known, String others) {
    if (!known) {
      throw unknown(step, others);
    }
  }

  private static UnsupportedOperationException unknown(FlatGraph.Step step, String what) {
    return new UnsupportedOperationException(
        "%s: the export to ONNX does not know %s".formatted(step, what));
  }

  private static LongStream longs(FlatGraph.Step step) {
    return step.integers().stream().mapToLong(Long::longValue);
  }

  private static long axis(FlatGraph.Step step) {
    return step.integers().isEmpty() ? -1 : step.integers().get(0);
  }

  /** The axes of a reduction; without any named, all. */
  private static long[] axes(FlatGraph.Step step) {
    return step.integers().isEmpty()
        ? LongStream.range(0, step.inputs().get(0).array().rank()).toArray()
        : longs(step).toArray();
  }

  private static long kept(FlatGraph.Step step) {
    return !step.flags().isEmpty() && step.flags().get(0) ? 1 : 0;
  }

  private String in(FlatGraph.Step step, int input) {
    return graph.read(step.inputs().get(input));
  }
}
