package io.troupe.models.kernels;

import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * Products of matrices, many at a time, by oneDNN: c = a b, c += a b, or c = max(a b + bias, 0).
 */
final class MatrixProducts {
  private final OneDnn oneDnn;
  private final memory.desc a;
  private final memory.desc b;
  private final memory.desc c;
  private final Optional<memory.desc> bias;
  private final matmul.primitive_desc description;
  private final matmul primitive;

  /** Products of matrices whose layouts have as many axes as c. */
  MatrixProducts(OneDnn oneDnn, memory.desc a, memory.desc b, memory.desc c, boolean accumulates) {
    this(oneDnn, a, b, c, Optional.empty(), accumulates, false);
  }

  /**
   * Products to which a row may be added, and whose negative results may become zero.
   *
   * @param bias [1, columns of c], with as many axes as c
   */
  MatrixProducts(
      OneDnn oneDnn,
      memory.desc a,
      memory.desc b,
      memory.desc c,
      Optional<memory.desc> bias,
      boolean withRelu) {
    this(oneDnn, a, b, c, bias, false, withRelu);
  }

  private MatrixProducts(
      OneDnn oneDnn,
      memory.desc a,
      memory.desc b,
      memory.desc c,
      Optional<memory.desc> bias,
      boolean accumulates,
      boolean withRelu) {
    this.oneDnn = oneDnn;
    this.a = a;
    this.b = b;
    this.c = c;
    this.bias = bias;
    primitive_attr attributes = withRelu ? oneDnn.relu() : oneDnn.attributes();
    if (accumulates) {
      post_ops sum = oneDnn.own(new post_ops());
      sum.append_sum();
      attributes.set_post_ops(sum);
    }
    description =
        oneDnn.own(
            bias.isPresent()
                ? new matmul.primitive_desc(oneDnn.engine(), a, b, bias.get(), c, attributes, false)
                : new matmul.primitive_desc(oneDnn.engine(), a, b, c, attributes, false));
    primitive = oneDnn.own(new matmul(description));
  }

  /** Floats of scratch memory. */
  long scratch() {
    return OneDnn.floats(scratchpad());
  }

  private memory.desc scratchpad() {
    return oneDnn.own(description.scratchpad_desc());
  }

  /** Appends the products on given memory. */
  void add(ArrayMemory left, ArrayMemory right, ArrayMemory result, FloatMemory scratch) {
    add(left, right, result, scratch, scratch);
  }

  /**
   * Appends the products on given memory.
   *
   * @param row added to every row, if there is a bias
   */
  void add(
      ArrayMemory left,
      ArrayMemory right,
      ArrayMemory result,
      FloatMemory scratch,
      FloatMemory row) {
    Object[] arguments = {
      dnnl.DNNL_ARG_SRC,
      oneDnn.memory(a, left),
      dnnl.DNNL_ARG_WEIGHTS,
      oneDnn.memory(b, right),
      dnnl.DNNL_ARG_DST,
      oneDnn.memory(c, result),
      dnnl.DNNL_ARG_SCRATCHPAD,
      oneDnn.memory(scratchpad(), scratch)
    };
    oneDnn.add(primitive, arguments);
    bias.ifPresent(layout -> oneDnn.addArgument(dnnl.DNNL_ARG_BIAS, oneDnn.memory(layout, row)));
  }
}
