package io.troupe.models.kernels;

import org.bytedeco.dnnl.memory;

/**
 * The products of two stacks of matrices, pair by pair, by oneDNN. Matrices that are multiplied are
 * of one type. Sums are float32; a result of bfloat16 is rounded from them.
 */
public final class StackedProducts implements Kernel {
  private final OneDnn oneDnn = new OneDnn();
  private final MatrixProducts products;

  /**
   * Sizes of the stacks.
   *
   * @param count matrices of each stack
   * @param rows of each product
   * @param inner numbers that one element of a product sums
   * @param columns of each product
   * @param turnsLeft whether left matrices lie transposed in memory, [count, inner, rows]
   * @param turnsRight whether right ones do, [count, columns, inner]
   */
  public record Shape(
      long count, long rows, long inner, long columns, boolean turnsLeft, boolean turnsRight) {}

  private StackedProducts(Shape shape, ElementType factors, ElementType result) {
    products =
        new MatrixProducts(
            oneDnn,
            oneDnn.layout(factors, tag(shape.turnsLeft), shape.count, shape.rows, shape.inner),
            oneDnn.layout(factors, tag(shape.turnsRight), shape.count, shape.inner, shape.columns),
            oneDnn.layout(result, tag(false), shape.count, shape.rows, shape.columns),
            false);
  }

  private static memory.format_tag tag(boolean turns) {
    return turns ? memory.format_tag.acb : memory.format_tag.abc;
  }

  /** Floats of scratch memory that {@link #bind} asks for. */
  public static long scratch(Shape shape) {
    return scratch(shape, ElementType.FLOAT32, ElementType.FLOAT32);
  }

  /** As {@link #scratch(Shape)}, of bfloat16 matrices. */
  public static long bfloat16Scratch(Shape shape, boolean roundsResult) {
    return scratch(
        shape, ElementType.BFLOAT16, roundsResult ? ElementType.BFLOAT16 : ElementType.FLOAT32);
  }

  /** As {@link #scratch(Shape)}, of given types. */
  static long scratch(Shape shape, ElementType factors, ElementType result) {
    try (StackedProducts kernel = new StackedProducts(shape, factors, result)) {
      return kernel.products.scratch();
    }
  }

  /** The products on given memory; scratch memory holds nothing between runs. */
  public static Kernel bind(
      Shape shape, ArrayMemory left, ArrayMemory right, ArrayMemory result, FloatMemory scratch) {
    StackedProducts kernel =
        new StackedProducts(shape, ElementType.of(left), ElementType.of(result));
    kernel.products.add(left, right, result, scratch);
    return kernel;
  }

  @Override
  public void run() {
    oneDnn.run();
  }

  @Override
  public String kind() {
    return "stacked_products";
  }

  @Override
  public void close() {
    oneDnn.close();
  }
}
