package io.troupe.models.kernels;

import org.bytedeco.dnnl.memory;

/** Types of numbers in memory. */
enum ElementType {
  FLOAT32(memory.data_type.f32),
  BFLOAT16(memory.data_type.bf16);

  private final memory.data_type oneDnn;

  ElementType(memory.data_type oneDnn) {
    this.oneDnn = oneDnn;
  }

  /** As oneDNN names it. */
  memory.data_type oneDnn() {
    return oneDnn;
  }

  /** Of the numbers in some memory. */
  static ElementType of(ArrayMemory memory) {
    return memory instanceof FloatMemory ? FLOAT32 : BFLOAT16;
  }
}
