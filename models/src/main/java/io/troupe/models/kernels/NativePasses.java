package io.troupe.models.kernels;

import io.troupe.models.kernels.Elementwise.Operator;
import io.troupe.models.kernels.Elementwise.Spread;
import io.troupe.models.kernels.Elementwise.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;

/**
 * Sums, ReLUs and gradients of ReLUs of bfloat16 arrays by oneDNN, whose loops are faster than the
 * JVM's. Of a chain each step is a pass of its own, which gives the same numbers as one pass: what
 * is rounded in between and would not be is the gradient of a ReLU, which is exact, or goes into a
 * ReLU, before which rounding is as good as behind it.
 *
 * <p>Results smaller than the smallest normal number may be zero.
 */
public final class NativePasses implements Kernel {
  private final OneDnn oneDnn = new OneDnn();
  private final Elementwise work;
  private final List<ArrayMemory> values = new ArrayList<>();
  private final memory.desc layout;

  private NativePasses(Elementwise work, List<? extends ArrayMemory> operands) {
    this.work = work;
    values.addAll(operands);
    layout =
        oneDnn.layout(
            ElementType.BFLOAT16,
            memory.format_tag.ab,
            work.length() / work.channels(),
            work.channels());
  }

  /** A kernel on given memory, as {@link ElementwiseKernel#of}, if the work can be done so. */
  public static Optional<Kernel> of(
      Elementwise work, List<? extends ArrayMemory> operands, List<? extends ArrayMemory> results) {
    if (work.steps().isEmpty()
        || !work.sums().isEmpty()
        || !work.operands().stream().allMatch(Spread.FULL::equals)
        || !Stream.concat(operands.stream(), results.stream())
            .allMatch(Bfloat16Memory.class::isInstance)) {
      return Optional.empty();
    }
    NativePasses passes = new NativePasses(work, operands);
    for (int i = 0; i < work.steps().size(); i++) {
      if (!passes.add(i, results)) {
        passes.close();
        return Optional.empty();
      }
    }
    return Optional.of(passes);
  }

  /** Adds what a step computes, or says that it cannot. */
  private boolean add(int index, List<? extends ArrayMemory> results) {
    Step step = work.steps().get(index);
    int number = work.operands().size() + index;
    if (step.operator() == Operator.STEP) {
      // Part of the product that reads it.
      values.add(null);
      return readers(number).stream().allMatch(r -> r.operator() == Operator.MULTIPLY)
          && !work.stores().contains(number);
    }
    int store = work.stores().indexOf(number);
    boolean exact =
        step.operator() == Operator.MULTIPLY
            || readers(number).stream().allMatch(r -> r.operator() == Operator.RELU);
    if (store < 0 && !(exact && work.stores().size() == 1)) {
      return false;
    }
    ArrayMemory result = results.get(Math.max(store, 0));
    if (isReadLater(result, index)) {
      return false;
    }
    boolean added =
        switch (step.operator()) {
          case ADD -> sum(values.get(step.a()), values.get(step.b()), result);
          case RELU -> relu(values.get(step.a()), result);
          case MULTIPLY -> reluGradient(step, result);
          default -> false;
        };
    values.add(result);
    return added;
  }

  private List<Step> readers(int number) {
    return work.steps().stream()
        .filter(s -> s.a() == number || (readsTwo(s) && s.b() == number))
        .toList();
  }

  private static boolean readsTwo(Step step) {
    return step.operator() == Operator.ADD || step.operator() == Operator.MULTIPLY;
  }

  /** Whether a later step reads from some memory what was there before this one. */
  private boolean isReadLater(ArrayMemory result, int index) {
    for (Step later : work.steps().subList(index + 1, work.steps().size())) {
      for (int number : readsTwo(later) ? List.of(later.a(), later.b()) : List.of(later.a())) {
        if (number < values.size()
            && values.get(number) != null
            && values.get(number).address() == result.address()) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean sum(ArrayMemory a, ArrayMemory b, ArrayMemory result) {
    if (a == null || b == null) {
      return false;
    }
    binary.primitive_desc description =
        oneDnn.own(
            new binary.primitive_desc(
                oneDnn.engine(),
                dnnl.algorithm.binary_add,
                layout,
                layout,
                layout,
                oneDnn.attributes(),
                false));
    oneDnn.add(
        new binary(description),
        dnnl.DNNL_ARG_SRC_0,
        oneDnn.memory(layout, a),
        dnnl.DNNL_ARG_SRC_1,
        oneDnn.memory(layout, b),
        dnnl.DNNL_ARG_DST,
        oneDnn.memory(layout, result));
    return true;
  }

  private boolean relu(ArrayMemory from, ArrayMemory result) {
    if (from == null) {
      return false;
    }
    oneDnn.add(
        new eltwise_forward(forward()),
        dnnl.DNNL_ARG_SRC,
        oneDnn.memory(layout, from),
        dnnl.DNNL_ARG_DST,
        oneDnn.memory(layout, result));
    return true;
  }

  private eltwise_forward.primitive_desc forward() {
    return oneDnn.own(
        new eltwise_forward.primitive_desc(
            oneDnn.engine(),
            dnnl.prop_kind.forward_training,
            dnnl.algorithm.eltwise_relu_use_dst_for_bwd,
            layout,
            layout,
            0f,
            0f,
            oneDnn.attributes(),
            false));
  }

  private boolean reluGradient(Step product, ArrayMemory result) {
    int mask = values.get(product.a()) == null ? product.a() : product.b();
    int other = product.a() + product.b() - mask;
    if (values.get(mask) != null || values.get(other) == null) {
      return false;
    }
    ArrayMemory output = values.get(work.steps().get(mask - work.operands().size()).a());
    if (output == null) {
      return false;
    }
    eltwise_backward.primitive_desc description =
        oneDnn.own(
            new eltwise_backward.primitive_desc(
                oneDnn.engine(),
                dnnl.algorithm.eltwise_relu_use_dst_for_bwd,
                layout,
                layout,
                layout,
                0f,
                0f,
                forward(),
                oneDnn.attributes(),
                false));
    oneDnn.add(
        new eltwise_backward(description),
        dnnl.DNNL_ARG_DST,
        oneDnn.memory(layout, output),
        dnnl.DNNL_ARG_DIFF_DST,
        oneDnn.memory(layout, values.get(other)),
        dnnl.DNNL_ARG_DIFF_SRC,
        oneDnn.memory(layout, result));
    return true;
  }

  @Override
  public void run() {
    oneDnn.run();
  }

  @Override
  public String kind() {
    return "elementwise";
  }

  @Override
  public void close() {
    oneDnn.close();
  }
}
