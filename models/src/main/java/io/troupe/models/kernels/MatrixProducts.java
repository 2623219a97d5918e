package io.troupe.models.kernels;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** Products of matrices, many at a time, by oneDNN: c = a b, or c += a b. */
final class MatrixProducts {
  private final OneDnn oneDnn;
  private final memory.desc a;
  private final memory.desc b;
  private final memory.desc c;
  private final matmul.primitive_desc description;

  /** Products of matrices whose layouts have as many axes as c. */
  MatrixProducts(OneDnn oneDnn, memory.desc a, memory.desc b, memory.desc c, boolean accumulates) {
    this.oneDnn = oneDnn;
    this.a = a;
    this.b = b;
    this.c = c;
    primitive_attr attributes = oneDnn.attributes();
    if (accumulates) {
      post_ops sum = oneDnn.own(new post_ops());
      sum.append_sum();
      attributes.set_post_ops(sum);
    }
    description =
        oneDnn.own(new matmul.primitive_desc(oneDnn.engine(), a, b, c, attributes, false));
  }

  /** Floats of scratch memory. */
  long scratch() {
    return OneDnn.floats(scratchpad());
  }

  private memory.desc scratchpad() {
    return oneDnn.own(description.scratchpad_desc());
  }

  /** Appends the products on given memory. */
  void add(FloatMemory left, FloatMemory right, FloatMemory result, FloatMemory scratch) {
    oneDnn.add(
        new matmul(description),
        dnnl.DNNL_ARG_SRC,
        oneDnn.memory(a, left),
        dnnl.DNNL_ARG_WEIGHTS,
        oneDnn.memory(b, right),
        dnnl.DNNL_ARG_DST,
        oneDnn.memory(c, result),
        dnnl.DNNL_ARG_SCRATCHPAD,
        oneDnn.memory(scratchpad(), scratch));
  }
}
